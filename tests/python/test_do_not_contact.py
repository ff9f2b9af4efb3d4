"""The file of clients not to be contacted: who is held back, and what is said of a wrong file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from conftest import ROOT


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where dbt keeps what it parsed, from one test to the next."""
    return tmp_path_factory.mktemp("target")


def held_back(folder: Path, text: str, target: Path) -> tuple[list[tuple], str]:
    """The rows of the step that reads the file, and what dbt says; the extracts are of 31 January."""
    file, database = folder / "file.csv", target / "build.duckdb"  # dbt parses anew for another path
    file.write_text(text, encoding="utf-8")
    environment = {
        **os.environ,
        "BANK_CHURN_DO_NOT_CONTACT": str(file),
        "BANK_CHURN_DATABASE": str(database),
        "DBT_LOG_PATH": str(folder / "logs"),
    }
    dbt = str(Path(sys.executable).with_name("dbt"))
    done = subprocess.run(
        [
            *(dbt, "run", "-s", "int_held_back_clients", "--target-path", str(target)),
            *("--vars", "{snapshot_date: 2026-01-31, contact_pause_days: 30}"),
        ],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return [], done.stdout
    with duckdb.connect(str(database), read_only=True) as connection:
        query = "select portfolio, client_id, why, unreadable_day from int_held_back_clients order by all"
        return connection.execute(query).fetchall(), done.stdout


def test_who_asked_and_who_was_contacted_lately_is_held_back(tmp_path: Path, target: Path):
    rows, said = held_back(
        tmp_path,
        "portfolio,client_id,contacted_on\n"
        "metanprom,1,\n"  # never
        "metanprom,2,2026-01-02\n"  # 29 days ago
        "metanprom,3,2026-01-01\n"  # 30 days ago: the pause is over
        "metanprom,4,2026-01-20\n"
        "metanprom,4,\n"
        "metanprom,5,soon\n",
        target,
    )
    assert rows == [
        ("metanprom", "1", "do_not_contact", None),
        ("metanprom", "2", "contacted_recently", None),
        ("metanprom", "4", "do_not_contact", None),
        ("metanprom", "5", "contacted_recently", "soon"),
    ], said


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "client_id,portfolio\n1,metanprom\n",
            "it must have portfolio, client_id, contacted_on, in this order",
        )
    ],
)
def test_a_wrong_file_is_told_in_a_sentence(tmp_path: Path, target: Path, text: str, message: str):
    rows, said = held_back(tmp_path, text, target)
    assert not rows
    assert message in " ".join(said.split())
