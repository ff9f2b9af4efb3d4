"""Shared by all Python tests: whole builds in a temporary folder, and the real extracts where present."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

if TYPE_CHECKING:
    from compiled_cleaning import Cleaning

ROOT = Path(__file__).resolve().parents[2]
REAL_DATA = Path(os.environ.get("BANK_CHURN_REAL_DATA", ROOT / "../shared/data")).resolve()


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
            return connection.execute(sql).fetchall()

    def query_published(self, sql: str) -> list[tuple]:
        return self.query(sql, "published/bank_churn.duckdb")


def run_build(
    folder: Path,
    *,
    metanprom: str = "",
    bank_scrooge: str = "",
    arguments: tuple[str, ...] = (),
    root: Path = ROOT,
    databases_only: bool = True,
) -> Build:
    """Run the command as a user would in the project at `root`, with every output below `folder`.

    The workbooks, parquet files and dashboards of most builds are not looked at: a quarter of their time.
    """
    environment = {
        **os.environ,
        "METANPROM_CLIENTS": metanprom,
        "BANK_SCROOGE_CLIENTS": bank_scrooge,
        "BANK_CHURN_TEMP_DIRECTORY": str(folder / "spill"),
        "DBT_LOG_PATH": str(folder / "logs"),
    }
    command = [
        *(sys.executable, "-m", "bank_churn.cli", "build"),
        *("--database", str(folder / "build/bank_churn.duckdb")),
        *("--target-path", str(folder / "target")),
        *("--output", str(folder / "published")),
        *(["--databases-only"] if databases_only else []),
        *arguments,
    ]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    return Build(code=done.returncode, stdout=done.stdout, stderr=done.stderr, folder=folder)


def copy_project(folder: Path) -> Path:
    """The project's own files at another place, to change its seeds there."""
    for name in ("models", "seeds", "tests", "macros", "analysis"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("python", "__pycache__"))
    for name in ("dbt_project.yml", "profiles.yml"):
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


@pytest.fixture(scope="session")
def demo_build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Both portfolios on demo data; several workers read it, so a test that writes works on a copy."""

    def make(folder: Path) -> Build:
        build = run_build(folder, metanprom="demo", bank_scrooge="demo", databases_only=False)
        assert build.code == 0, build.stdout + build.stderr
        return build

    return shared_build(tmp_path_factory, "demo", make)


@pytest.fixture(scope="session")
def real_build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Both portfolios on the real extracts; a test that writes works on a copy, as for `demo_build`."""
    extracts = {name: real_extract(f"{name}_sample.csv") for name in ("metanprom", "bank_scrooge")}

    def make(folder: Path) -> Build:
        build = run_build(folder, **extracts, databases_only=False)
        assert build.code == 0, build.stdout + build.stderr
        return build

    return shared_build(tmp_path_factory, "real", make)


@pytest.fixture(scope="session")
def cleaning(tmp_path_factory: pytest.TempPathFactory) -> Cleaning:
    """The project's cleaning, compiled, to be run on one extract after another."""
    from compiled_cleaning import Cleaning

    return Cleaning(tmp_path_factory.mktemp("cleaning"))
