"""Which day a file is of, which months a build reads and in which order, and what is said when unclear."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from bank_churn.building.months import plan_batches, vars_only
from bank_churn.errors import BankChurnError
from bank_churn.months.plan import batches
from bank_churn.months.snapshots import Snapshot, find_snapshots, has_snapshots
from bank_churn.tools.dates import date_of_value, dates_in
from extracts import good_row, to_line, write_lines

JANUARY, FEBRUARY, MARCH = date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("clients_2026-01-31.csv", [JANUARY]),
        ("31.01.2026 clients.xlsx", [JANUARY]),
        ("clients20260131.csv", [JANUARY]),
        ("clients_202601.csv", [JANUARY]),
        ("2026-02.parquet", [FEBRUARY]),
        ("metanprom_demo.2026-03-31.csv", [MARCH]),
        ("clients_2024-02.csv", [date(2024, 2, 29)]),
        ("clients_2026-02-30.csv", [FEBRUARY]),  # no such day, but a month is named
        ("clients_2026-13.csv", []),
        ("clients_202601311.csv", []),
        ("clients_part1.csv", []),
        ("2026-01-31_to_2026-02-28.csv", [JANUARY, FEBRUARY]),
        ("2026-01-31_copy_of_31.01.2026.csv", [JANUARY]),
    ],
)
def test_dates_in_names(name: str, found: list[date]) -> None:
    assert dates_in(name) == found


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-01-31", JANUARY),
        ("31.01.2026", JANUARY),
        ("2026-01-31 00:00:00", JANUARY),
        ("2026-01", JANUARY),
        ("", None),
        ("soon", None),
        ("2026-01-31 or later", None),
    ],
)
def test_dates_in_fields(text: str, day: date | None) -> None:
    assert date_of_value(text) == day


def months(folder: Path, said: Any, files: dict[str, list[str]], monkeypatch: Any) -> dict[str, Any]:
    """Write files whose rows may name a date, and give the vars that go with them."""
    for name, lines in files.items():
        header = ["userid", "report_date"]
        (folder / "in").mkdir(exist_ok=True)
        (folder / "in" / name).write_text("\n".join([",".join(header), *lines]) + "\n", encoding="utf-8")
    monkeypatch.setenv("METANPROM_CLIENTS", str(folder / "in"))
    return {"portfolios": {"metanprom": {"snapshots": said}}}


def found_in(folder: Path, settings: dict[str, Any]) -> list[Snapshot]:
    found = find_snapshots(settings=settings, folder=folder / "copies", memory=folder / "memory.json")
    return found["metanprom"]


def test_files_of_one_date_are_one_snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"b_2026-02.csv": ["3,"], "a_2026-01_part1.csv": ["1,"], "a_2026-01_part2.csv": ["2,"]}
    first, second = found_in(tmp_path, months(tmp_path, "file_name", files, monkeypatch))
    assert (first.day, [Path(file).name for file in first.files]) == (
        JANUARY,
        ["a_2026-01_part1.csv", "a_2026-01_part2.csv"],
    )
    assert second.day == FEBRUARY


def test_a_fingerprint_follows_what_a_file_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = months(tmp_path, "file_name", {"a_2026-01.csv": ["1,"]}, monkeypatch)
    before = found_in(tmp_path, settings)[0].fingerprint
    (tmp_path / "in/a_2026-01.csv").touch()
    assert found_in(tmp_path, settings)[0].fingerprint == before, "only its time has changed"
    (tmp_path / "in/a_2026-01.csv").write_text("userid,report_date\n2,\n", encoding="utf-8")
    assert found_in(tmp_path, settings)[0].fingerprint != before


def test_a_month_changes_when_its_second_file_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"a_2026-01.csv": ["1,"], "a_2026-02.csv": ["1,"]}
    settings = months(tmp_path, "file_name", files, monkeypatch)
    plain = [one.fingerprint for one in found_in(tmp_path, settings)]
    settings["portfolios"]["metanprom"]["holdings"] = {"form": "file", "products": ["deposit"]}
    second = tmp_path / "second"
    second.mkdir()
    monkeypatch.setenv("METANPROM_HOLDINGS", str(second))
    (second / "held_2026-01.csv").write_text("client_id,product,closed\n1,deposit,\n", encoding="utf-8")
    with pytest.raises(BankChurnError, match="METANPROM_HOLDINGS has no file of 2026-02-28, the latest"):
        found_in(tmp_path, settings)
    (second / "held_2026-01.csv").rename(second / "held_2026-02.csv")
    january, february = (one.fingerprint for one in found_in(tmp_path, settings))
    assert january == plain[0], "nothing is known of its products"
    assert february != plain[1]
    (second / "held_2026-02.csv").write_text("client_id,product,closed\n", encoding="utf-8")
    again = [one.fingerprint for one in found_in(tmp_path, settings)]
    assert again[0] == january
    assert again[1] != february
    (second / "held.csv").touch()
    with pytest.raises(BankChurnError, match=r"held\.csv has no date or more than one in its name"):
        found_in(tmp_path, settings)


def test_a_column_dates_the_rows_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"all.csv": ["1,2026-01-31", "1,28.02.2026", "2,2026-02-28"]}
    settings = months(tmp_path, {"column": "Report_Date"}, files, monkeypatch)
    january, february = found_in(tmp_path, settings)
    assert (january.values, february.values) == (("2026-01-31",), ("2026-02-28", "28.02.2026"))
    (tmp_path / "in/all.csv").write_text(
        "userid,report_date\n1,2026-01-31\n1,28.02.2026\n2,2026-02-28\n1,2026-03-31\n", encoding="utf-8"
    )
    again = found_in(tmp_path, settings)
    assert [one.fingerprint for one in again[:2]] == [january.fingerprint, february.fingerprint]
    assert again[2].day == MARCH


@pytest.mark.parametrize(
    ("said", "files", "sentence"),
    [
        ("file_name", {"clients.csv": ["1,"]}, r"clients\.csv has no date in its name"),
        ("file_name", {"2026-01_2026-02.csv": ["1,"]}, r"its name holds 2026-01-31, 2026-02-28"),
        ({"column": "report_date"}, {"a.csv": ["1,soon"]}, r"a\.csv, column report_date: soon is no date"),
        ({"column": "report_date"}, {"a.csv": ["1,"]}, r"an empty field is no date"),
        ({"column": "day"}, {"a.csv": ["1,"]}, r'a\.csv has no column "day"'),
        ("by_name", {"a.csv": ["1,"]}, r"metanprom says snapshots: by_name; snapshots may be file_name"),
        ("2026-02-30", {"a.csv": ["1,"]}, r"metanprom says snapshots: 2026-02-30"),
    ],
)
def test_what_contradicts_itself_is_a_sentence(
    said: Any,
    files: dict[str, list[str]],
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(BankChurnError, match=sentence):
        found_in(tmp_path, months(tmp_path, said, files, monkeypatch))


def snapshots(*days: date, fingerprint: str = "f") -> dict[str, list[Snapshot]]:
    return {"bank": [Snapshot("bank", day, (f"{day}.csv",), fingerprint) for day in days]}


def test_old_months_come_first_and_the_latest_comes_last() -> None:
    january, february = batches(snapshots(JANUARY, FEBRUARY), {}, anew=False, accepted=False)
    assert [one.day for one in january.fresh] == [JANUARY]
    assert not january.is_last
    assert [one.day for one in february.fresh] == [FEBRUARY]
    assert february.is_last


def test_what_history_holds_is_not_read_again() -> None:
    known = {("bank", JANUARY): "f", ("bank", FEBRUARY): "other", ("bank", MARCH): "f"}
    february, march = batches(snapshots(JANUARY, FEBRUARY, MARCH), known, anew=False, accepted=False)
    assert [one.day for one in february.fresh] == [FEBRUARY], "its file has changed"
    assert (march.fresh, march.is_last) == ((), True), "the latest is built, but not taken in again"


def test_a_month_without_its_file_stays_unless_all_is_to_be_read_anew() -> None:
    known = {("bank", JANUARY): "f", ("bank", FEBRUARY): "f"}
    (last,) = batches(snapshots(FEBRUARY), known, anew=False, accepted=False)
    assert last.is_last
    with pytest.raises(BankChurnError, match=r"would lose bank 2026-01-31.*accept_lost_months: true"):
        batches(snapshots(FEBRUARY), known, anew=True, accepted=False)
    assert len(batches(snapshots(FEBRUARY), known, anew=True, accepted=True)) == 1


def test_clients_are_never_those_of_an_older_month() -> None:
    with pytest.raises(
        BankChurnError, match="2026-02-28, has no file any more; the latest on disk is 2026-01-31"
    ):
        batches(snapshots(JANUARY), {("bank", FEBRUARY): "f"}, anew=False, accepted=False)


def test_without_dates_there_is_one_batch_as_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    extract = write_lines(tmp_path / "clients.csv", [to_line(good_row(1))])
    monkeypatch.setenv("METANPROM_CLIENTS", extract)
    planned, found = plan_batches(database=tmp_path / "build.duckdb", dbt_arguments=[])
    assert [(batch.snapshots, batch.is_last) for batch in planned] == [({}, True)]
    assert found == {}
    assert not has_snapshots({"portfolios": {"metanprom": {}, "bank_scrooge": None}})


def test_a_month_is_loaded_with_the_vars_of_the_build() -> None:
    given = ["--vars", "{a: 1}", "-s", "clients", "--full-refresh"]
    assert vars_only(given) == ["--vars", "{a: 1}", "--full-refresh"]
