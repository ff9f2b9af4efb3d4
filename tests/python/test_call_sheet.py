"""Lists of an analyst's own: the conditions that are let through, and the files that are written."""

from __future__ import annotations

import csv
import stat
from pathlib import Path

import duckdb
import pytest
from bank_churn.errors import BankChurnError
from bank_churn.exports.call_sheet import cell, write_call_sheet
from bank_churn.exports.calling import call_sheets
from bank_churn.exports.condition import checked_condition
from bank_churn.exports.sheet_labels import SheetLabels
from bank_churn.publishing.history import publications, read_facts
from conftest import Build
from openpyxl import load_workbook

COLUMNS = ["city", "age", "balance", "is_active"]


@pytest.mark.parametrize(
    "condition",
    [
        "city = 'Рыбинск' and age >= 40",
        "not (age between 18 and 30 or balance is null)",
        "city in ('it''s', 'b') and city not in ('c') and is_active = false",
        "balance > -1.5 and balance <= 1e6 and age <> 41 and age is not null",
        "age >= 40 -- and nothing else",
    ],
)
def test_a_condition_selects_what_it_says(condition: str):
    """The condition as it was typed and as it was written anew choose the same rows."""
    rows = """values ('Рыбинск', 45, 3.5, true), ('it''s', 25, null, false), ('b', 41, 1e7, false),
        ('c', null, -2, true), ('Рыбинск', 39, 10, null)"""
    written = checked_condition(condition, COLUMNS)
    with duckdb.connect() as connection:
        query = "select * from ({}) as clients(city, age, balance, is_active) where {}\n"
        typed, anew = (
            connection.execute(query.format(rows, text)).fetchall() for text in (condition, written)
        )
    assert typed == anew


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("age >=", "cannot be read"),
        ("1 = 1; drop table clients", "cannot be read"),
        ("phone = '1'", "no column phone; there are age, balance, city, is_active"),
        ("other.age = 1", "no column other.age"),
        ("age = (select 1)", "something else"),
        ("exists (select 1 from read_csv('/etc/passwd'))", "something else"),
        ("city like 'Р%'", "something else"),
        ("getenv('HOME') = city", "something else"),
        ("age + 1 = 2", "something else"),
        ("age = 1 union select 2", "something else"),
        ("age = 1 group by age", "something else"),
        ("age = 1 limit 5", "something else"),
        ("age = cast('1' as integer)", "something else"),
        ("age = null", "something else"),
    ],
)
def test_nothing_but_comparisons_gets_through(condition: str, message: str):
    with pytest.raises(BankChurnError, match=message):
        checked_condition(condition, COLUMNS)


def make(build: Build, output: Path, **asked: object) -> str:
    wanted = {
        "group": None,
        "condition": None,
        "top": None,
        "portfolio": "metanprom",
        "language": "en",
        **asked,
    }
    return write_call_sheet(published=build.published, output=output, **wanted)  # type: ignore[arg-type]


def test_a_condition_becomes_a_private_file(demo_build: Build, tmp_path: Path):
    output = tmp_path / "list.csv"
    said = make(demo_build, output, condition="age >= 40 and city = 'Рыбинск'", top=25)
    with output.open(encoding="utf-8-sig", newline="") as file:
        heading, *rows = csv.reader(file, delimiter=";")
    expected = demo_build.query(
        """select list.client_id from retention_list as list inner join clients using (client_key)
        where list.portfolio = 'metanprom' and clients.age >= 40 and clients.city = 'Рыбинск'
        order by list.priority""",
        "published/bank_churn_clients.duckdb",
    )
    assert [row[heading.index("Client id")] for row in rows] == [str(key) for (key,) in expected[:25]]
    assert said.startswith(f"{output}: 25 of {len(expected)} clients")
    assert stat.S_IMODE(output.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [output]


def test_a_group_becomes_a_workbook(demo_build: Build, tmp_path: Path):
    output = tmp_path / "list.xlsx"
    make(demo_build, output, group="three_or_four_products", language="ru")
    book = load_workbook(output, read_only=True)
    [(expected,)] = demo_build.query(
        "select count(*) from retention_list where portfolio = 'metanprom' and product_count in (3, 4)"
    )
    assert expected > 0
    assert sum(1 for _ in book["Кого удерживать"].iter_rows()) == expected + 1
    [heading, *rows] = book["Обзвон Метанпром"].iter_rows(values_only=True)
    spoken = [str(row[heading.index("О чём говорить")]) for row in rows]
    assert any("неактивный клиент" in told for told in spoken)
    assert not [told for told in spoken if "(" in told or " %" in told]
    for name in ("Три или четыре продукта", "three or four PRODUCTS"):
        assert f"{expected} of {expected} clients" in make(demo_build, output, group=name)
    assert stat.S_IMODE(output.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"group": "nobody"}, "metanprom has no target group nobody; there are active"),
        (
            {"condition": "age > 1", "portfolio": "p'"},
            "There is no portfolio p'; there are bank_scrooge, metanprom",
        ),
        ({"condition": "age > 1", "top": 0}, "--top is 0"),
        ({"condition": "age > 'x'"}, "cannot be made"),
    ],
)
def test_a_mistake_is_one_sentence_and_leaves_no_file(
    demo_build: Build, tmp_path: Path, asked: dict[str, object], message: str
):
    with pytest.raises(BankChurnError, match=message):
        make(demo_build, tmp_path / "list.csv", **asked)
    assert not list(tmp_path.iterdir())
    with pytest.raises(BankChurnError, match="is written as"):
        make(demo_build, tmp_path / "list.txt", condition="age > 1")


def test_a_text_is_never_a_formula():
    assert [cell(text) for text in ("=1+1", "+7", "-5", "@x", "\tx", "Рыбинск", -5.0)] == [
        *("'=1+1", "'+7", "'-5", "'@x"),
        *("\ufffdx", "Рыбинск", -5.0),
    ]


def test_a_sheet_holds_the_first_and_says_how_many_there_are(
    demo_build: Build, monkeypatch: pytest.MonkeyPatch
):
    """Excel would leave out, in silence, what comes after its last row."""
    monkeypatch.setattr("bank_churn.exports.calling.MAX_ROWS", 3)
    [newest] = publications(demo_build.published)[-1:]
    labels = SheetLabels.from_facts(read_facts(demo_build.published, newest), "en")
    with duckdb.connect(
        str(demo_build.published / "bank_churn_clients.duckdb"), read_only=True
    ) as connection:
        sheets = call_sheets(connection, labels, every_client=False)
        counts = dict(
            connection.execute(
                "select portfolio, count(*) from retention_list where is_worth_contacting group by 1"
            ).fetchall()
        )
    assert [[row[0] for row in sheet.rows] for sheet in sheets] == [[1, 2, 3]] * len(counts)
    assert sorted(sheet.row_count for sheet in sheets) == sorted(counts.values())


def test_a_list_longer_than_a_sheet_is_refused(
    demo_build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("bank_churn.exports.call_sheet.MAX_ROWS", 3)
    with pytest.raises(BankChurnError, match="a sheet holds 3: choose the first by --top"):
        make(demo_build, tmp_path / "list.xlsx", condition="age >= 18")
    assert not list(tmp_path.iterdir())
    assert "3 of" in make(demo_build, tmp_path / "list.xlsx", condition="age >= 18", top=3)
    make(demo_build, tmp_path / "list.csv", condition="age >= 18")
