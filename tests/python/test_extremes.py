"""Whole builds at the edge: one client, all churned, none churned, one city, hostile names and values."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import openpyxl
import pytest
from browser import opened
from conftest import ROOT, Build, run_build
from extracts import HEADER, good_row, to_line, write_lines

SCROOGE = [
    *("userid", "score", "city", "gender", "age", "equity", "balance", "products", "credit_card"),
    *("last_activity", "est_salary", "churn"),
]


def build_of(folder: Path, metanprom: list[dict[str, str]], bank_scrooge: list[dict[str, str]]) -> Build:
    """One whole build of two made-up banks."""
    build = run_build(
        folder,
        metanprom=write_lines(folder / "metanprom.csv", [to_line(row) for row in metanprom]),
        bank_scrooge=write_lines(folder / "scrooge.csv", [to_line(row) for row in bank_scrooge], SCROOGE),
        arguments=("--quiet",),
        databases_only=False,
    )
    assert build.code == 0, build.stdout + build.stderr
    assert (build.published / "dashboard.ru.html").exists()
    assert (build.published / "dashboard.en.html").exists()
    return build


def overall(build: Build) -> dict[str, tuple]:
    rows = build.query(
        "select portfolio, client_count, churned_count, churn_rate from churn_rates"
        " where dimension_name = 'all'"
    )
    return {row[0]: row[1:] for row in rows}


def rows_where(count: int, **changes: str) -> list[dict[str, str]]:
    return [{**good_row(number), **changes} for number in range(count)]


@pytest.mark.slow
def test_one_client_and_a_bank_all_of_whose_clients_left(tmp_path: Path):
    build = build_of(tmp_path, rows_where(1), rows_where(300, Churn="1"))
    assert overall(build) == {"metanprom": (1, 1, 1.0), "bank_scrooge": (300, 300, 1.0)}
    assert build.query_published("select client_count from portfolios order by portfolio") == [
        (300,),
        (None,),
    ]
    assert build.query("select count(*) from retention_list") == [(0,)]
    assert build.query(
        "select count(*) from hypothesis_results where metric = 'is_churned' and is_significant"
    ) == [(0,)]
    assert build.query("select count(*) from churn_rates where client_count > 0 and churn_rate <> 1") == [
        (0,)
    ]


@pytest.mark.slow
def test_a_bank_nobody_of_which_left_and_a_bank_in_one_city(tmp_path: Path):
    build = build_of(tmp_path, rows_where(300, Churn="0"), rows_where(300, City="Рыбинск"))
    assert overall(build) == {"metanprom": (300, 0, 0.0), "bank_scrooge": (300, 60, 0.2)}
    assert build.query("select city, client_count from churn_by_city where portfolio = 'bank_scrooge'") == [
        ("Рыбинск", 300)
    ]
    assert build.query("select count(*) from target_groups where portfolio = 'metanprom' and lift > 1") == [
        (0,)
    ]
    [(reason,)] = build.query(
        "select distinct reason from churn_drivers where portfolio = 'bank_scrooge' and attribute = 'city'"
    )
    assert reason


CITIES = [
    *("Ярославль", "=cmd|' /C calc'!A0", "'; drop table clients; --", "{{ 7*7 }}{% raw %}", "</script>"),
    *("<script>document.title='taken'</script>", "<img src=x onerror=document.title='taken'>"),
    *("\u202eксниб\u200bыР", 'a"b,c\nd', "O'Reilly | \\x", "@SUM(1)", "+1;-1", "$(touch taken)`touch taken`"),
    *("../../etc/passwd", "%s%d{0}", "city, gender", "${x}", "[x](javascript:alert(1))"),
]  # fmt: skip
COLUMNS = ["=1+1", "'; drop table x; --", "{{ 7*7 }}", "<b>", "a\nb", "\u202eabc", "../x"]
FILE = "a'; drop table clients; --{{ 7*7 }}\n<b>\u202e\u200b=cmd|' $(touch taken) [1]*.csv"


def write_hostile(path: Path) -> str:
    """3,600 clients of cities whose names are commands in some language, the last ones leaving most often."""
    path.parent.mkdir(parents=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*HEADER, *COLUMNS])
        for number in range(3_600):
            kind = number % len(CITIES)
            churned = number * 2_654_435_761 % 1_000 < 50 + 850 * kind / len(CITIES)
            row = {**good_row(number), "City": CITIES[kind], "Churn": str(int(churned))}
            row["userid"] = f"={number}+{number}" if number % 50 == 0 else row["userid"]
            writer.writerow([*(row[name] for name in HEADER), *COLUMNS])
    return str(path)


@pytest.fixture(scope="module")
def hostile_build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    folder = tmp_path_factory.mktemp("hostile")
    build = run_build(
        folder,
        metanprom=write_hostile(folder / "in" / FILE),
        arguments=("--quiet",),
        databases_only=False,
    )
    assert build.code == 0, build.stdout + build.stderr
    return build


def neither_seen_nor_turned(text: str) -> bool:
    return re.search("[\u200b\u202e\x00-\x08\x0b-\x1f]", text) is None


@pytest.mark.slow
def test_hostile_names_are_data_everywhere(hostile_build: Build):
    cities = {city for (city,) in hostile_build.query("select distinct city from clients")}
    assert cities == {"Ярославль", *CITIES}
    assert hostile_build.query("select count(*) from clients") == [(3_600,)]
    assert hostile_build.query_published("select count(*) from churn_by_city") == [(len(CITIES),)]
    assert hostile_build.query(
        "select count(*) from target_groups where contains(rule_en, 'drop table')"
    ) != [(None,)]
    assert neither_seen_nor_turned(hostile_build.stdout.replace("\n", ""))
    assert not list(ROOT.glob("taken*"))
    assert not list(hostile_build.folder.rglob("taken"))


@pytest.mark.slow
def test_hostile_names_are_text_in_workbooks(hostile_build: Build):
    books = list(hostile_build.published.glob("*.xlsx"))
    assert len(books) == 2
    texts = set()
    for book in books:
        for page in openpyxl.load_workbook(book).worksheets:
            for row in page.iter_rows():
                for cell in row:
                    assert cell.data_type != "f", (page.title, cell.coordinate)
                    if isinstance(cell.value, str):
                        texts.add(cell.value)
    assert "=cmd|' /C calc'!A0" in texts
    assert all(neither_seen_nor_turned(text) for text in texts)


@pytest.mark.slow
@pytest.mark.parametrize("page", ["dashboard.ru.html", "dashboard.en.html"])
def test_hostile_names_are_text_on_the_page(hostile_build: Build, page: str):
    text = (hostile_build.published / page).read_text(encoding="utf-8")
    assert "<script>document" not in text
    assert "<img src=x" not in text
    assert not re.search("[\u200b\u202e]", text)
    assert "=cmd|" in text
    with opened(hostile_build.published / page) as seen:
        assert seen.page.title() != "taken"
        assert seen.complaints == []
        assert [url for url in seen.requests if not url.startswith(("file:", "data:"))] == []
