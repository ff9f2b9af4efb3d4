"""The project's own cleaning, compiled by dbt, on one extract after another in a fraction of a second.

Between extracts only the staging model's SQL changes, since it is written while the extract is looked at. It
is compiled anew by dbt itself; the tables after it are filled again with the SQL that dbt compiled once.
"""

from __future__ import annotations

import copy
import os
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bank_churn.errors import BankChurnError
from bank_churn.intake import Found, check_unchanged, prepare
from bank_churn.running.dbt_command import EXTRACTS_VARIABLE, WITHOUT_TESTS, extracts_told
from conftest import SMALL_MODEL, keep_parse, parsed_project, surroundings
from dbt.adapters.factory import get_adapter, register_adapter
from dbt.cli.main import dbtRunner
from dbt.compilation import Compiler
from dbt.config.runtime import RuntimeConfig
from dbt.context.providers import generate_runtime_macro_context
from dbt.flags import set_from_args
from dbt.mp_context import get_mp_context
from dbt_common.context import set_invocation_context
from dbt_common.exceptions import CompilationError
from extracts import good_row, to_line, write_lines

STAGING = "model.bank_churn.stg_metanprom__clients"
RESULTS = ("clients", "rejected_clients", "portfolios", "data_quality", "int_bands__bounds")
# No facts about a client: where its row stands, and bands by quantiles, which depend on the other rows.
PLACES = ("source_file", "source_row_number", "balance_band", "salary_band", "credit_score_band")


@dataclass
class Cleaned:
    """What became of an extract: a sentence, or rows.

    Attributes:
        error: The sentence that stops a build.
        found: What the files are.
        staged: Row number and raw text of every row, as the staging model reads them.
        tables: Rows of each of `RESULTS`.
    """

    error: str = ""
    found: list[Found] = field(default_factory=list)
    staged: list[tuple[int, str]] = field(default_factory=list)
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def facts(self) -> dict[str, dict[str, Any]]:
        """Facts about each client, by its id."""
        return {
            row["client_id"]: {name: value for name, value in row.items() if name not in PLACES}
            for row in self.tables["clients"]
        }


@contextmanager
def in_project(project: Path, **variables: str) -> Iterator[None]:
    """Work in a project's folder with these variables, which dbt is told of."""
    before, folder = dict(os.environ), Path.cwd()
    os.environ.update(variables)
    os.chdir(project)
    set_invocation_context(os.environ)
    try:
        yield
    finally:
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(before)


class Cleaning:
    """A database with the seeds, and dbt ready to compile the staging model."""

    def __init__(self, folder: Path) -> None:
        """Build seeds and cleaning once, by dbt."""
        self.folder, self.project = folder, folder / "project-of-links"
        (folder / "build").mkdir()
        self.variables = {
            **surroundings(folder),
            "BANK_SCROOGE_CLIENTS": "",
            "BANK_CHURN_DATABASE": "../build/bank_churn.duckdb",
            "BANK_CHURN_TEMP_DIRECTORY": "../spill/bank_churn.duckdb",
        }
        first = write_lines(folder / "first.csv", [to_line(good_row(number)) for number in range(20)])
        of_first = {**self.variables, "METANPROM_CLIENTS": first}
        self.variables[EXTRACTS_VARIABLE] = of_first[EXTRACTS_VARIABLE] = extracts_told(of_first)
        options = ("--quiet", "--target-path", str(folder / "target"), "--vars", SMALL_MODEL)
        kind = parsed_project(folder, options, of_first)
        selected = [part for name in RESULTS for part in ("--select", f"+{name}")]
        selected += WITHOUT_TESTS
        with in_project(self.project, **of_first):
            runner = dbtRunner()
            built = runner.invoke(["build", *options, *selected])
            assert built.success, built.exception
            keep_parse(folder, kind)
            self.manifest = runner.invoke(["--no-write-json", "parse", *options]).result
            arguments = Namespace(
                project_dir=str(self.project),
                profiles_dir=str(self.project),
                **{"target": None, "profile": None, "vars": {}, "threads": 1},
            )
            set_from_args(arguments, None)
            config = RuntimeConfig.from_args(arguments)
            register_adapter(config, get_mp_context())
            self.adapter = get_adapter(config)
            self.adapter.set_macro_resolver(self.manifest)
            self.adapter.set_macro_context_generator(generate_runtime_macro_context)
            self.config, self.compiler = config, Compiler(config)
        models = [result.node for result in built.result.results if result.node.resource_type == "model"]
        self.after_staging = [
            (node.relation_name, node.compiled_code) for node in models if not node.path.startswith("staging")
        ]
        views = [node.relation_name for node in models if node.config.materialized == "view"]
        with self.adapter.connection_named("cleaning"):
            for relation in views:
                if relation in dict(
                    self.after_staging
                ):  # as tables they are planned once, not by each reader
                    self.adapter.execute(f"drop view {relation}")
        self.number = 0

    def clean(self, location: Path | str, **formats: Any) -> Cleaned:
        """Take one extract through intake, staging and cleaning."""
        self.number += 1
        folder = self.folder / f"intake{self.number % 2}"
        note = {"BANK_CHURN_INTAKE": str(folder / "files.json"), "METANPROM_CLIENTS": str(location)}
        settings = {"portfolios": ["metanprom"], "formats": {"metanprom": formats}}
        with in_project(self.project, **self.variables, **note):
            try:
                found = prepare(settings=settings, folder=folder)
                self.config.cli_vars = {"formats": settings["formats"]}
                self.fill()
                check_unchanged(found)
            except BankChurnError as error:
                return Cleaned(error=str(error))
            except CompilationError as error:
                told = str(error)
                assert "in macro stop_build" in told, f"not said by the project: {told}"
                return Cleaned(error=told.splitlines()[1].strip())
            return Cleaned(found=found, staged=self.staged(), tables=self.tables())

    def fill(self) -> None:
        """Compile the staging model and fill everything after it."""
        node = copy.deepcopy(self.manifest.nodes[STAGING])
        with self.adapter.connection_named("cleaning"):
            compiled = self.compiler.compile_node(node, self.manifest, write=False)
            self.adapter.execute(f"create or replace view {node.relation_name} as {compiled.compiled_code}")
            for relation, sql in self.after_staging:
                self.adapter.execute(f"create or replace table {relation} as {sql}")

    def query(self, sql: str) -> tuple[list[str], list[tuple]]:
        with self.adapter.connection_named("cleaning"):
            cursor = self.adapter.connections.get_thread_connection().handle.cursor()
            cursor.execute(sql)
            return [column[0] for column in cursor.description], cursor.fetchall()

    def staged(self) -> list[tuple[int, str]]:
        _, rows = self.query("select source_row_number, raw_line from stg_metanprom__clients order by 1")
        return rows

    def tables(self) -> dict[str, list[dict[str, Any]]]:
        found = {}
        for name in RESULTS:
            columns, rows = self.query(f"from {name} order by all")
            found[name] = [dict(zip(columns, row, strict=True)) for row in rows]
        return found
