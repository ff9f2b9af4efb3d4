"""Makes the marts of a finished build anew with other clients, without dbt and without training."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb
from bank_churn.privacy.protection import Protected, protect
from bank_churn.running.artifacts import PublicMart, public_marts, read_artifact
from bank_churn.tools.settings import project_vars
from conftest import Build

CLIENTS = "model.bank_churn.clients.v1"
TRAINED = ("int_churn_model_out_of_fold", "int_churn_model_fitted", "int_churn_model_measures")
"""A standing model is kept, as the next build keeps it."""


class Remade:
    """A copy of a build database in which clients can be changed.

    Attributes:
        connection: To the copy.
        marts: The public marts.
        settings: The vars of the build.
    """

    def __init__(self, build: Build, folder: Path, marts: Collection[str]) -> None:
        """Copy the database; of what comes after the clients only these marts and what they need is made."""
        shutil.copy(build.folder / "build/bank_churn.duckdb", folder / "bank_churn.duckdb")
        self.connection = duckdb.connect(str(folder / "bank_churn.duckdb"))
        self.connection.execute(f"set file_search_path = '{build.folder / 'project-of-links'}'")
        self.connection.execute("set threads = 1")
        manifest = read_artifact(build.folder / "target", "manifest.json")
        self.marts: list[PublicMart] = public_marts(manifest)
        self.settings = project_vars(read_artifact(build.folder / "target", "run_results.json"))
        self._nodes: dict[str, dict[str, Any]] = manifest["nodes"]
        self._order = list(after(CLIENTS, self._nodes, manifest["child_map"], marts))

    @contextmanager
    def changed(self, statement: str) -> Iterator[None]:
        """Change the clients and make anew all that comes after them; undone at the end."""
        self.connection.execute("begin")
        try:
            self.connection.execute(statement)
            for node in self._order:
                self._make(node)
            yield
        finally:
            self.connection.execute("rollback")

    def _make(self, node: dict[str, Any]) -> None:
        name, code = f'"bank_churn"."main"."{node["alias"]}"', node["compiled_code"]
        if node["language"] == "python":
            space: dict[str, Any] = {}
            exec(code, space)
            made = space["model"](space["dbtObj"](self._read), self.connection)
            self.connection.register("made", made)
            code = "from made"
        columns = [
            row[0]
            for row in self.connection.execute(
                "select column_name from duckdb_columns() where table_name = ? order by column_index",
                [node["alias"]],
            ).fetchall()
        ]
        self.connection.execute(f"create or replace temporary table remade as {code}")
        self.connection.execute(f"delete from {name}")
        self.connection.execute(f"insert into {name} by name select {', '.join(columns)} from remade")

    def _read(self, name: str) -> duckdb.DuckDBPyRelation:
        return self.connection.sql(f"select * from {name}")

    def protected(self, **settings: object) -> Protected:
        """What would be published for everyone."""
        return protect(self.connection, "bank_churn", self.marts, {**self.settings, **settings})


def after(
    root: str, nodes: dict[str, dict[str, Any]], children: dict[str, list[str]], wanted: Collection[str]
) -> Iterator[dict[str, Any]]:
    """The tables between one and some others, in the order of making; views follow by themselves."""
    found = reached([root], children, nodes)
    parents = {name: nodes[name]["depends_on"]["nodes"] for name in found}
    needed = reached([name for name in found if nodes[name]["name"] in wanted], parents, nodes) & found
    graph = {name: set(parents[name]) & needed for name in needed}
    for name in TopologicalSorter(graph).static_order():
        if name != root and nodes[name]["config"]["materialized"] == "table":
            yield nodes[name]


def reached(roots: list[str], arrows: dict[str, list[str]], nodes: dict[str, dict[str, Any]]) -> set[str]:
    """What arrows lead to, but for what a standing model is kept in."""
    found, waiting = set(roots), list(roots)
    while waiting:
        for other in arrows.get(waiting.pop(), []):
            is_model = other.startswith("model.") and nodes[other]["alias"] not in TRAINED
            if is_model and other not in found:
                found.add(other)
                waiting.append(other)
    return found
