"""Shared by all Python tests: whole builds in a temporary folder, and the real extracts where present."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

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
) -> Build:
    """Run the command as a user would in the project at `root`, with every output below `folder`."""
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


@pytest.fixture(scope="session")
def demo_build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Both portfolios on demo data."""
    build = run_build(tmp_path_factory.mktemp("demo"), metanprom="demo", bank_scrooge="demo")
    assert build.code == 0, build.stdout + build.stderr
    return build


@pytest.fixture(scope="session")
def real_build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Both portfolios on the real extracts."""
    build = run_build(
        tmp_path_factory.mktemp("real"),
        metanprom=real_extract("metanprom_sample.csv"),
        bank_scrooge=real_extract("bank_scrooge_sample.csv"),
    )
    assert build.code == 0, build.stdout + build.stderr
    return build
