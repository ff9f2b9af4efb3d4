"""Shared by all Python tests: whole builds in a temporary folder, and the real extracts where present."""

from __future__ import annotations

import csv
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import chdir, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd
import pytest
from bank_churn.demo.generate import make_missing_demo_data
from bank_churn.demo.months import generate_months
from bank_churn.running.dbt_command import EXTRACTS_VARIABLE, extracts_told
from bank_churn.tools.garbage import look_seldom

if TYPE_CHECKING:
    from compiled_cleaning import Cleaning

look_seldom()  # as the command line does: an eighth of the tests' time in this process
ROOT = Path(__file__).resolve().parents[2]
REAL_DATA = Path(os.environ.get("BANK_CHURN_REAL_DATA", ROOT / "../shared/data")).resolve()
os.environ.setdefault("BANK_CHURN_LANGUAGE", "en")  # of what is said; documents stay in their own
PROJECT = ("models", "seeds", "tests", "macros", "analysis", "dbt_project.yml", "profiles.yml")
PARSED = ROOT / "target/tests"
"""The project as dbt parsed it in the last build of a test; dbt itself finds out what has changed since."""

PARTIAL_PARSE = "target/partial_parse.msgpack"

FEW = "churn_model_bags: 2, churn_model_pairs: 2, churn_model_triples: 1"
QUICK_MODEL = f"churn_model_folds: 2, {FEW}"
"""For builds that are not about how well the model predicts: its training takes as long as all else."""

QUICK = ("--vars", f"{{churn_model_folds: 3, {FEW}}}")
"""With two folds a client of another one is scored by the model of the other: a third may be mistaken."""

SMALL_MODEL = f"{{{QUICK_MODEL}, primary_suppression_only: true}}"
"""For builds that are not about what follows from what either."""


def contents(folder: Path) -> dict[str, bytes]:
    """All files but the lock, which says who held it last."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != ".lock")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def csv_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a csv file by their headings."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True)
class Build:
    """A finished `bank_churn build` and where its files are."""

    code: int
    stdout: str
    stderr: str
    folder: Path

    @property
    def published(self) -> Path:
        return self.folder / "published"

    def query(self, sql: str, database: str = "build/bank_churn.duckdb") -> list[tuple]:
        with duckdb.connect(str(self.folder / database), read_only=True) as connection:
            # Views of the extracts name them as seen from there.
            connection.execute(f"set file_search_path = '{self.folder / 'project-of-links'}'")
            return connection.execute(sql).fetchall()

    def manifest(self) -> dict[str, Any]:
        return json.loads((self.folder / "target/manifest.json").read_text(encoding="utf-8"))

    def frame(self, sql: str) -> pd.DataFrame:
        with duckdb.connect(str(self.folder / "build/bank_churn.duckdb"), read_only=True) as connection:
            return connection.execute(sql).df()

    def query_published(self, sql: str) -> list[tuple]:
        return self.query(sql, "published/bank_churn.duckdb")


def run_build(folder: Path, *, root: Path = ROOT, **settings: Any) -> Build:
    """Run the command as a user would in the project at `root`, with every output below `folder`.

    Its settings are those of `start_build`.
    """
    process, kind = start_build(folder, root=root, **settings)
    stdout, stderr = process.communicate()
    if root == ROOT:
        keep_parse(folder, kind)
    return Build(code=process.returncode, stdout=stdout, stderr=stderr, folder=folder)


def start_build(
    folder: Path,
    *,
    metanprom: str = "",
    bank_scrooge: str = "",
    arguments: tuple[str, ...] = (),
    root: Path = ROOT,
    databases_only: bool = True,
    variables: dict[str, str] | None = None,
    whole_model: bool = False,
    unit_tests: bool | None = None,
) -> tuple[subprocess.Popen[str], str]:
    """Start the command, and name what dbt parses for it.

    The workbooks, parquet files and dashboards of most builds are not looked at: a quarter of their time.
    dbt's unit tests are run with the whole model, unless said otherwise: they read no row of an extract, so
    few builds need prove them.
    """
    unit_tests = whole_model if unit_tests is None else unit_tests
    if not whole_model and "--vars" not in arguments:
        arguments = (*arguments, "--vars", SMALL_MODEL)
    project = folder / "project-of-links"
    environment = {
        **os.environ,
        **surroundings(folder),
        "METANPROM_CLIENTS": as_seen_from(project, metanprom),
        "BANK_SCROOGE_CLIENTS": as_seen_from(project, bank_scrooge),
        **(variables or {}),
    }
    command = [
        *(sys.executable, "-m", "bank_churn.cli", "build"),
        *("--database", "../build/bank_churn.duckdb"),
        *("--target-path", "../target"),
        *("--output", "../published"),
        *(["--databases-only"] if databases_only else []),
        *arguments,
    ]
    kind = parsed_project(folder, arguments, environment, root=root, unit_tests=unit_tests)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, cwd=project, env=environment, **pipes), kind


def parsed_project(
    folder: Path,
    arguments: tuple[str, ...],
    environment: dict[str, str],
    *,
    root: Path = ROOT,
    unit_tests: bool = False,
) -> str:
    """Make a project of links in `folder` with what dbt parsed the last time beside it, and name that.

    All paths are relative to it, hence the same for every build: with other variables, or other banks, dbt
    parses nearly everything anew.
    """
    project = linked_project(folder / "project-of-links", root)
    if not unit_tests:
        without_unit_tests(project, root)
    variables = arguments[arguments.index("--vars") + 1] if "--vars" in arguments else ""
    digest = hashlib.sha256((variables + extracts_told(environment)).encode()).hexdigest()[:8]
    kind = f"{digest}{'_with_unit_tests' if unit_tests else ''}"
    before, parsed = PARSED / f"{kind}.msgpack", folder / PARTIAL_PARSE
    if before.exists() and not parsed.exists():
        with suppress(OSError):  # of tests that write to places where nothing can be written
            parsed.parent.mkdir(exist_ok=True)
            shutil.copy(before, parsed)
    return kind


def keep_parse(folder: Path, kind: str) -> None:
    """Keep what dbt has parsed in a folder for the next build of that kind, which may be going on."""
    if (folder / PARTIAL_PARSE).exists():
        PARSED.mkdir(parents=True, exist_ok=True)
        new = PARSED / f"{kind}.{os.getpid()}"
        shutil.copy(folder / PARTIAL_PARSE, new)
        new.replace(PARSED / f"{kind}.msgpack")


def run_dbt(
    folder: Path,
    *arguments: str,
    root: Path = ROOT,
    variables: dict[str, str] | None = None,
    unit_tests: bool = True,
) -> subprocess.CompletedProcess[str]:
    """Run dbt itself where `run_build` would run it; by default with the settings of the demo build."""
    if "--vars" not in arguments:
        arguments += QUICK
    environment = {
        **os.environ,
        **surroundings(folder),
        "BANK_CHURN_DATABASE": "../build/bank_churn.duckdb",
        "BANK_CHURN_TEMP_DIRECTORY": "../spill/bank_churn.duckdb",  # where `bank_churn build` has it
        **(variables or {}),
    }
    parsed_project(folder, arguments, environment, root=root, unit_tests=unit_tests)
    return subprocess.run(
        [sys.executable, "-m", "dbt.cli.main", *arguments, "--target-path", "../target"],
        cwd=folder / "project-of-links",
        env=environment | {EXTRACTS_VARIABLE: extracts_told(environment)},
        capture_output=True,
        text=True,
        check=False,
    )


def surroundings(folder: Path) -> dict[str, str]:
    """The variables of every run of dbt below a folder: for another path dbt would parse anew."""
    return {
        "METANPROM_HOLDINGS": "",  # eight attributes more for every test; what is made of them has its own
        "BANK_SCROOGE_HOLDINGS": "",
        "DOCS_LANGUAGE": "ru",  # as `bank_churn build` says it
        "BANK_CHURN_TEMP_DIRECTORY": "../spill",
        "BANK_CHURN_THREADS": str(os.cpu_count() or 1),  # as `bank_churn build` says it
        "DBT_LOG_PATH": str(folder / "logs"),
    }


def linked_project(folder: Path, root: Path) -> Path:
    """The project at another place without copying it; made again where a test builds twice."""
    folder.mkdir(parents=True, exist_ok=True)
    (root / "data").mkdir(exist_ok=True)
    for name in (*PROJECT, "data"):
        if not os.path.lexists(folder / name):
            (folder / name).symlink_to(root / name)
    return folder


def without_unit_tests(project: Path, root: Path) -> None:
    """Switch dbt's unit tests off in a project of links."""
    place, settings = project / "dbt_project.yml", (root / "dbt_project.yml").read_text(encoding="utf-8")
    settings += "\nunit_tests: {bank_churn: {+enabled: false}}\n"
    if place.is_symlink() or place.read_text(encoding="utf-8") != settings:
        place.unlink()
        place.write_text(settings, encoding="utf-8")


def as_seen_from(project: Path, extract: str) -> str:
    """The location of an extract below the test's own folder, said as for any other test."""
    inside = Path(extract).is_absolute() and Path(extract).is_relative_to(project.parent)
    return os.path.relpath(extract, project) if inside else extract


def copy_project(folder: Path) -> Path:
    """The project's own files at another place, to change its seeds there."""
    for name in PROJECT:
        if (ROOT / name).is_dir():
            shutil.copytree(
                ROOT / name, folder / name, ignore=shutil.ignore_patterns("python", "__pycache__")
            )
        else:
            shutil.copy(ROOT / name, folder)
    return folder


def real_extract(name: str) -> str:
    """The path of a real extract; the test is skipped, saying so, when it is not on this machine."""
    path = REAL_DATA / name
    if not path.exists():
        pytest.skip(f"no real extract at {path} (set BANK_CHURN_REAL_DATA)")
    return str(path)


def shared_build(tmp_path_factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Build]) -> Build:
    """One build for all workers of a test run: the first makes it, the others wait and read it."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    if run is None:
        return make(tmp_path_factory.mktemp(name))
    folder = tmp_path_factory.getbasetemp().parent / f"{name}_{run}"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            build = make(folder)
            (folder / "done").touch()
            return build
    return Build(code=0, stdout="", stderr="", folder=folder)


LONGEST = (
    "test_build.py",
    "test_forecasts.py",
    "test_forecast.py",
    "test_publishing.py",
    "test_dashboard.py",
    "test_accessibility.py",
    "test_exports.py",
    "test_new_portfolio.py",
    "test_wild_extracts.py",
    "test_two_publications.py",
    "test_cleaning.py",
)
"""Files to begin with: the first two make builds that most others read, and none is left for the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; each is given to one worker as a whole."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(LONGEST)))


@pytest.fixture(scope="session", autouse=True)
def demo_data() -> None:
    """The generated extracts that tests name by their path, whichever of them runs first."""
    (ROOT / "data").mkdir(exist_ok=True)
    with chdir(ROOT), (ROOT / "data/.demo_of_tests.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        make_missing_demo_data()


MONTHS, MONTH_ROWS = 3, 3_000
MONTH_SETTINGS = (
    "{portfolios: {metanprom: {snapshots: file_name}, bank_scrooge: {}}, min_group_size: 1,"
    " min_uniform_group_size: 1, contact_pause_days: 60, snapshot_date: 2026-01-20,"
    f" {QUICK_MODEL}}}"
)


@pytest.fixture(scope="session")
def months_build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The months of one bank, the last one after the others were published; they are read only."""

    def make(folder: Path) -> Build:
        *_, last = generate_months(
            portfolio="metanprom", folder=folder / "months", months=MONTHS, rows=MONTH_ROWS
        )
        waiting = last.rename(folder / last.name)
        for arrived in (None, last):
            if arrived:
                waiting.rename(arrived)
            build = run_build(
                folder, metanprom=str(folder / "months/metanprom"), arguments=("--vars", MONTH_SETTINGS)
            )
            assert build.code == 0, build.stdout + build.stderr
        return build

    return shared_build(tmp_path_factory, "months", make)


@pytest.fixture(scope="session")
def demo_build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Both portfolios on demo data; several workers read it, so a test that writes works on a copy."""

    def make(folder: Path) -> Build:
        both = {"metanprom": "demo", "bank_scrooge": "demo"}
        build = run_build(folder, **both, databases_only=False, arguments=QUICK, unit_tests=True)
        assert build.code == 0, build.stdout + build.stderr
        return build

    return shared_build(tmp_path_factory, "demo", make)


@pytest.fixture(scope="session")
def real_build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Both portfolios on the real extracts; a test that writes works on a copy, as for `demo_build`."""
    return real_extracts_built(tmp_path_factory, "real")


@pytest.fixture(scope="session")
def whole_real_build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The same with model and protection as they are by default, for checks of either."""
    return real_extracts_built(tmp_path_factory, "whole_real", whole_model=True)


def real_extracts_built(tmp_path_factory: pytest.TempPathFactory, name: str, **settings: object) -> Build:
    """Build the real extracts once."""
    extracts = {name: real_extract(f"{name}_sample.csv") for name in ("metanprom", "bank_scrooge")}

    def make(folder: Path) -> Build:
        build = run_build(folder, **extracts, **settings)
        assert build.code == 0, build.stdout + build.stderr
        return build

    return shared_build(tmp_path_factory, name, make)


@pytest.fixture(scope="session")
def cleaning(tmp_path_factory: pytest.TempPathFactory) -> Cleaning:
    """The project's cleaning, compiled, to be run on one extract after another."""
    from compiled_cleaning import Cleaning

    return Cleaning(tmp_path_factory.mktemp("cleaning"))
