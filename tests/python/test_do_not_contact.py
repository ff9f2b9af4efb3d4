"""The file of clients not to be contacted: who is held back, and what is said of a wrong file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from conftest import MONTH_SETTINGS, SMALL_MODEL, run_dbt
from extracts import good_row, to_line, write_lines


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two months of one bank, the later of them of 31 January; another bank keeps none."""
    folder = tmp_path_factory.mktemp("contacts")
    for day in ("2025-12-31", "2026-01-31"):
        write_lines(folder / f"months/clients_{day}.csv", [to_line(good_row(1))])
    return folder


def held_back(folder: Path, text: str, settings: str = MONTH_SETTINGS) -> tuple[list[tuple], str]:
    """The rows of the step that reads the file, and what dbt says."""
    (folder / "file.csv").write_text(text, encoding="utf-8")
    done = run_dbt(
        folder,
        *("run", "-s", "int_held_back_clients", "--vars", settings),
        variables={
            "BANK_CHURN_DO_NOT_CONTACT": "../file.csv",
            "METANPROM_CLIENTS": "../months",
            "BANK_SCROOGE_CLIENTS": "",
        },
        unit_tests=False,
    )
    if done.returncode:
        return [], done.stdout
    with duckdb.connect(str(folder / "build/bank_churn.duckdb"), read_only=True) as connection:
        query = "select portfolio, client_id, why, unreadable_day from int_held_back_clients order by all"
        return connection.execute(query).fetchall(), done.stdout


def test_who_asked_and_who_was_contacted_lately_is_held_back(folder: Path):
    """The pause of 60 days counts to the day that the extract is of, of other banks to the day stated."""
    rows, said = held_back(
        folder,
        "portfolio,client_id,contacted_on\n"
        "metanprom,1,\n"  # never
        "metanprom,2,2025-12-03\n"  # 59 days before 31 January
        "metanprom,3,2025-12-02\n"  # 60 days: the pause is over
        "metanprom,4,2026-01-20\n"
        "metanprom,4,\n"
        "metanprom,5,soon\n"
        "bank_scrooge,6,2025-11-22\n"  # 59 days before 20 January
        "bank_scrooge,7,2025-11-21\n",
    )
    assert rows == [
        ("bank_scrooge", "6", "contacted_recently", None),
        ("metanprom", "1", "do_not_contact", None),
        ("metanprom", "2", "contacted_recently", None),
        ("metanprom", "4", "do_not_contact", None),
        ("metanprom", "5", "contacted_recently", "soon"),
    ], said


def test_the_pause_counts_to_the_day_of_the_build_where_no_day_is_known(tmp_path: Path):
    write_lines(tmp_path / "months/clients.csv", [to_line(good_row(1))])
    today = datetime.now(UTC).date()
    rows, said = held_back(
        tmp_path,
        "portfolio,client_id,contacted_on\n"
        f"metanprom,1,{today}\n"
        f"metanprom,2,{today - timedelta(days=88)}\n"
        f"metanprom,3,{today - timedelta(days=91)}\n",
        SMALL_MODEL,
    )
    assert [row[1] for row in rows] == ["1", "2"], said


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "client_id,portfolio\n1,metanprom\n",
            "it must have portfolio, client_id, contacted_on, in this order",
        )
    ],
)
def test_a_wrong_file_is_told_in_a_sentence(folder: Path, text: str, message: str):
    rows, said = held_back(folder, text)
    assert rows == []
    assert message in " ".join(said.split())
