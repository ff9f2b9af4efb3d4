"""Exports: parquet files and workbooks hold what is published; text in them is never a formula."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import sys
import textwrap
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from bank_churn.errors import BankChurnError
from bank_churn.exports.sheet_labels import SheetLabels
from bank_churn.exports.workbook import check_sheet_names, choose_columns, write_workbook
from bank_churn.exports.workbook_formats import HALF_SIZE, MAX_ROWS, MOST_ACROSS
from bank_churn.exports.workbook_looks import note_of
from bank_churn.exports.write import export, exporting
from bank_churn.publishing.history import adding, publications, rollback, verify
from bank_churn.publishing.publish import publish
from bank_churn.running.artifacts import public_marts
from bank_churn.words.calls import call_columns, call_words, code_of
from bank_churn.words.safe_text import SPACES, shown
from conftest import ROOT, Build, contents, csv_rows
from made_up_publication import RATES, arguments, make_build, make_manifest
from test_publishing import assert_one_sentence, run_cli

CYRILLIC = re.compile("[А-Яа-яЁё]")
LATIN_WORD = re.compile(r"(?<![A-Za-z_.])[A-Za-z]{2,}")
# What a row of the sheet is worked out for: settings, and their quotient, say nothing about clients.
ASSUMED = {"Когда окупится": {"Доля удержанных", "Цена контакта", "Окупается от дохода"}}


def sheets(path: Path) -> dict[str, list[list]]:
    """Values of every sheet, by name."""
    book = openpyxl.load_workbook(path)
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


def about_text(path: Path) -> str:
    first = next(iter(sheets(path).values()))
    return "\n".join(str(value) for row in first for value in row if value is not None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A made-up build, published and exported in Russian."""
    make_build(tmp_path, 1)
    publish(arguments(tmp_path))
    export(output=tmp_path / "published", language="ru")
    return tmp_path


@pytest.fixture(scope="module")
def english_demo(demo_build: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's workbook in English, of a copy of what the build published."""
    output = tmp_path_factory.mktemp("english") / "published"
    shutil.copytree(demo_build.published, output)
    export(output=output, language="en")
    return output / "bank_churn_en.xlsx"


# Parquet


def test_parquet_files_equal_the_published_tables(demo_build: Build):
    for file, name in (("bank_churn", "parquet"), ("bank_churn_clients", "parquet_clients")):
        manifest = demo_build.manifest()
        audience = "clients" if "clients" in file else "everyone"
        marts = [mart for mart in public_marts(manifest) if mart.audience == audience]
        found = {path.stem for path in (demo_build.published / name).iterdir()}
        assert found == {
            "_publication",
            "_publication_sources",
            *(
                ["_rounded_counts", "_hidden_counts"]
                if audience == "everyone"
                else ["_disclosure_audit", "_protected_figures"]
            ),
            *(mart.name if mart.is_latest else mart.relation for mart in marts),
        }
        with duckdb.connect() as connection:
            connection.execute(f"attach '{demo_build.published / file}.duckdb' as published (read_only)")
            for table in found:
                path = demo_build.published / name / f"{table}.parquet"
                for one, other in ((f"'{path}'", f"published.{table}"), (f"published.{table}", f"'{path}'")):
                    assert connection.execute(f"from {one} except all from {other}").fetchall() == []
                [(publication_id,)] = connection.execute(
                    f"select decode(value) from parquet_kv_metadata('{path}')"
                    " where decode(key) = 'publication_id'"
                ).fetchall()
                assert connection.execute("select publication_id from published._publication").fetchall() == [
                    (publication_id,)
                ]


def test_parquet_files_describe_themselves(folder: Path):
    path = folder / "published/parquet/rates.parquet"
    with duckdb.connect() as connection:
        rows = connection.execute(f"select decode(key), decode(value) from parquet_kv_metadata('{path}')")
        metadata = dict(rows.fetchall())
    assert metadata["description"] == "About rates."
    assert json.loads(metadata["columns"]) == RATES


def test_modes_of_exports(folder: Path):
    output = folder / "published"
    modes = {
        str(path.relative_to(output)): path.stat().st_mode & 0o777
        for path in output.rglob("*")
        if "history" not in path.parts
    }
    assert modes["parquet"] == 0o755
    assert modes["parquet/rates.parquet"] == modes["bank_churn_ru.xlsx"] == 0o644
    assert modes["parquet_clients"] == 0o700
    assert modes["parquet_clients/clients.parquet"] == modes["bank_churn_clients_ru.xlsx"] == 0o600


def test_a_loose_folder_of_client_files_is_closed(folder: Path):
    (folder / "published/parquet_clients").chmod(0o755)
    export(output=folder / "published", language="ru")
    assert (folder / "published/parquet_clients").stat().st_mode & 0o777 == 0o700


def test_tables_that_are_no_more_disappear(folder: Path):
    stale = folder / "published/parquet/retired.parquet"
    stale.write_text("old")
    export(output=folder / "published", language="ru")
    assert not stale.exists()


# Workbooks


def test_the_russian_workbook_is_russian(demo_build: Build):
    found = sheets(demo_build.published / "bank_churn_ru.xlsx")
    assert len(found) >= 12
    for name, rows in found.items():
        assert CYRILLIC.search(name), name
        if name == "О файле":
            continue
        for heading in rows[0]:
            assert CYRILLIC.search(heading), (name, heading)
        assert not any(heading.endswith(("ru", "en")) for heading in rows[0])
    words = about_text(demo_build.published / "bank_churn_ru.xlsx")
    assert "Данные сгенерированы" in words
    assert "metanprom_demo.csv" in words
    assert "Скрыто" in {heading.split(":")[0] for heading in found["Отток по городам"][0]}


def test_values_in_the_russian_workbook_are_russian(demo_build: Build):
    """Codes have labels: the only Latin words are the names of checks and what the texts quote."""
    for name, rows in sheets(demo_build.published / "bank_churn_ru.xlsx").items():
        if name in ("О файле", "Качество выгрузки"):
            continue
        headings = rows[0]
        for row in rows[1:]:
            for heading, value in zip(headings, row, strict=True):
                if isinstance(value, str) and heading not in ("Номер", "Ответ"):
                    assert not LATIN_WORD.search(value), (name, heading, value)


def test_the_english_workbook_is_english(english_demo: Path):
    """But for a city that the demo made up and no seed knows: it stays as it is written in the extract."""
    found = sheets(english_demo)
    for name, rows in found.items():
        for row in rows:
            for value in row:
                assert not CYRILLIC.search(str(value).replace("Тутаев", "")), (name, value)
    assert "generated" in about_text(english_demo)


def test_figures_equal_the_published_ones_and_look_like_what_they_are(demo_build: Build):
    book = openpyxl.load_workbook(demo_build.published / "bank_churn_ru.xlsx")
    sheet = book["Отток по городам"]
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == f"A1:N{sheet.max_row}"
    headings = [cell.value for cell in sheet[1]]
    columns = {
        "Клиентов": ("client_count", "#,##0"),
        "Ушли": ("churned_count", "#,##0"),
        "Доля оттока": ("churn_rate", "0.0%"),
        "95-процентный интервал: от": ("ci_low", "0.0%"),
        "95-процентный интервал: до": ("ci_high", "0.0%"),
        "К среднему, раз": ("lift", "#,##0.00"),
    }
    figures = ", ".join(f"rates.{name}" for name, _ in columns.values())
    rows = demo_build.query_published(
        f"""select portfolio_label_ru, value_label_ru, {figures}
        from churn_by_city as rates inner join portfolios using (portfolio)"""
    )
    expected = {(portfolio, city): figures for portfolio, city, *figures in rows}
    assert len(expected) == sheet.max_row - 1
    for row in sheet.iter_rows(min_row=2):
        cells = {heading: row[headings.index(heading)] for heading in columns}
        pairs = zip(cells.values(), expected[row[0].value, row[1].value], strict=True)
        for cell, figure in pairs:
            if figure is None:
                assert cell.value in (None, "скрыто")
            else:
                assert cell.value == pytest.approx(figure, rel=1e-14)
        for heading, cell in cells.items():
            assert cell.value in (None, "скрыто") or cell.number_format == columns[heading][1]
    widths = [sheet.column_dimensions[letter].width for letter in "ABE"]
    assert all(10 <= width <= 62 for width in widths)


def widths_of(sheet: Any) -> dict[int, float]:
    """Read the widths of columns; neighbours as wide as each other are one entry of a file."""
    return {
        column: one.width
        for one in sheet.column_dimensions.values()
        for column in range(one.min, one.max + 1)
    }


def test_headings_have_notes_rates_have_bars_and_small_sheets_charts(demo_build: Build):
    book = openpyxl.load_workbook(demo_build.published / "bank_churn_ru.xlsx")
    about, *marts = book
    assert all(sheet.page_setup.orientation == "landscape" for sheet in book)
    fitted = [sheet for sheet in book if sheet.sheet_properties.pageSetUpPr.fitToPage]
    assert about in fitted
    for sheet in book:
        # What would be smaller than half its size goes over to pages beside, which repeat the names of rows.
        printed = sheet.print_area.split(":")[-1].split("$")[1] if sheet.print_area else None
        last = sheet.max_column if printed is None else openpyxl.utils.column_index_from_string(printed)
        across = sum(int(width) for column, width in widths_of(sheet).items() if column <= last)
        assert (sheet in fitted) == (across <= MOST_ACROSS), sheet.title
        if sheet not in fitted:
            assert (sheet.page_setup.scale, sheet.print_title_cols) == (HALF_SIZE, "$A:$B")
    assert about.max_column == 5
    for sheet in marts:
        without = [cell.value for cell in sheet[1] if cell.comment is None]
        assert without == [], sheet.title
        assert all(CYRILLIC.search(cell.comment.text) for cell in sheet[1])
        assert not any(set("`*") & set(cell.comment.text) for cell in sheet[1])
    sheet = book["Отток по городам"]
    [bar] = [rule for part in sheet.conditional_formatting for rule in part.rules]
    assert bar.type == "dataBar"
    assert str(next(iter(sheet.conditional_formatting)).sqref) == f"E2:E{sheet.max_row}"
    for place, chart in zip(("Банк Скрудж", "Метанпром"), sheet._charts, strict=True):
        rows = [number for number, (cell,) in enumerate(sheet["A1:A9"], 1) if cell.value == place]
        [series] = chart.series
        assert series.val.numRef.f == f"'Отток по городам'!$E${rows[0]}:$E${rows[-1]}"
        assert (series.cat.strRef or series.cat.numRef).f == f"'Отток по городам'!$B${rows[0]}:$B${rows[-1]}"
        plus = [float(point.v) for point in series.errBars.plus.numLit.pt]
        ends = [[sheet.cell(row, column).value for column in (5, 7)] for row in rows]
        assert plus == pytest.approx([high - rate if rate else 0 for rate, high in ends])
    assert sheet._charts[0].anchor._from.col == 2, "the columns that stay in sight would cut it"
    assert len(book["Бюджет удержания"]._charts) == 2
    charts = {row[0].value: row[3].hyperlink for row in about.iter_rows() if row[3].value == "под таблицей"}
    assert charts["Бюджет удержания"].location == "'Бюджет удержания'!A43"
    assert {name for name in book.sheetnames if book[name]._charts} == set(charts)
    assert book["Отток по всем группам"]._charts == []


def test_rows_are_as_tall_as_their_texts(demo_build: Build):
    """Not every program makes them so by itself on opening a file: there, lines would cover each other."""
    for name in ("bank_churn_ru", "bank_churn_clients_ru"):
        book = openpyxl.load_workbook(demo_build.published / f"{name}.xlsx")
        for sheet in book.worksheets[1:]:
            widths = widths_of(sheet)
            for row in sheet.iter_rows(max_row=200):
                height = sheet.row_dimensions[row[0].row].height or 15
                for cell in row:
                    width = widths[cell.column]
                    if isinstance(cell.value, str) and cell.alignment.wrap_text:
                        lines = len(
                            textwrap.wrap(cell.value, max(int(width * 1.2), 4), break_long_words=False)
                        )
                        assert height >= min(15 * lines, 405), (sheet.title, cell.coordinate)


def test_notes_are_in_the_language_of_the_workbook_or_none(english_demo: Path):
    """The demo was built with Russian descriptions; its English workbook leaves them out."""
    notes = [cell.comment for sheet in openpyxl.load_workbook(english_demo) for cell in sheet[1]]
    assert set(notes) == {None}


@pytest.mark.parametrize(
    ("description", "language", "note"),
    [
        ("Доля `churn_rate` — **см.** [сюда](x.md).", "ru", "Доля churn_rate — см. сюда."),
        ("Доля.", "en", ""),
        ("A rate.", "en", "A rate."),
        (None, "ru", ""),
        ("Одно. " * 100, "ru", ("Одно. " * 70).strip()),
    ],
)
def test_a_note_is_plain_and_short(description: str | None, language: str, note: str):
    assert note_of(description, language) == note


def test_shares_and_numbers_of_hypotheses_have_the_form_of_their_metric(demo_build: Build):
    sheet = openpyxl.load_workbook(demo_build.published / "bank_churn_ru.xlsx")["Гипотезы"]
    headings = [cell.value for cell in sheet[1]]
    metric, value = headings.index("Показатель"), headings.index("Значение в группе А")
    formats = {
        row[metric].value: row[value].number_format
        for row in sheet.iter_rows(min_row=2)
        if row[value].value is not None
    }
    assert formats["доля ушедших клиентов"] == "0.0%"
    assert formats["возраст"] == "#,##0.0"
    assert formats["доход (оценка)"] == "#,##0"
    adjusted = sheet.cell(2, headings.index("p-значение с поправкой") + 1).number_format
    assert adjusted == '[<0.0001]"< 0,0001";0.0000'


def test_suppressed_groups_stay_hidden(demo_build: Build):
    looked_at = 0
    for name, rows in sheets(demo_build.published / "bank_churn_ru.xlsx").items():
        if "Скрыто: мало клиентов" not in rows[0]:
            continue
        hidden = rows[0].index("Скрыто: мало клиентов")
        for row in rows[1:]:
            if row[hidden] == "да":
                looked_at += 1
                figures = [
                    value
                    for heading, value in zip(rows[0], row, strict=True)
                    if isinstance(value, int | float) and heading not in ASSUMED.get(name, ())
                ]
                assert figures == [], (name, row)
    assert looked_at > 5


def test_text_that_looks_like_a_formula_is_text(folder: Path):
    path = folder / "published/bank_churn_ru.xlsx"
    sheet = openpyxl.load_workbook(path)["Доли"]
    cells = {cell.value: cell.data_type for row in sheet.iter_rows() for cell in row}
    assert cells["=2+2"] == "s"
    with zipfile.ZipFile(path) as parts:
        names = [name for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
        assert len(names) == 2
        assert not [name for name in names if b"<f>" in parts.read(name)]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@sum", "\t=1", "=cmd|' /C calc'!A0", "http://a.b", "{=1}"]
)
def test_no_text_becomes_a_formula_or_a_link(tmp_path: Path, text: str):
    make_build(tmp_path, 1)
    with duckdb.connect(str(tmp_path / "build/bank_churn.duckdb")) as connection:
        connection.execute("update rates_v1 set value_label_ru = ?", [text])
    publish(arguments(tmp_path))
    export(output=tmp_path / "published", language="ru")
    sheet = openpyxl.load_workbook(tmp_path / "published/bank_churn_ru.xlsx")["Доли"]
    column = [cell.value for cell in sheet[1]].index("Группа") + 1
    cell = sheet.cell(2, column)
    assert (cell.value, cell.data_type, cell.hyperlink) == (shown(text), "s", None)


def test_the_workbook_of_clients_says_whom_it_is_about(folder: Path):
    path = folder / "published/bank_churn_clients_ru.xlsx"
    assert "не пересылайте" in about_text(path)
    rows = sheets(path)["Список"]
    assert rows[0] == ["Портфель", "Ключ клиента", "Баланс"]
    assert len(rows) == 20_001
    assert "Список" not in sheets(folder / "published/bank_churn_ru.xlsx")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_call_sheet_of_a_bank_is_a_queue_to_fill_in(demo_build: Build, tmp_path: Path, language: str):
    """From 1, the clients whose contact pays off, in words; what is filled in is read back."""
    expected = demo_build.query(
        f"""select client_id, gender, age, product_count, value_at_risk, offer_label_{language}, client_key
        from retention_list inner join clients using (client_key, client_id, product_count)
        where retention_list.portfolio = 'metanprom' and is_worth_contacting order by priority""",
        "published/bank_churn_clients.duckdb",
    )
    [newest] = publications(demo_build.published)[-1:]
    facts = json.loads((demo_build.published / "history" / newest / "publication.json").read_text())
    database = demo_build.published / "bank_churn_clients.duckdb"
    with duckdb.connect(str(database), read_only=True) as connection:
        write_workbook(
            path=tmp_path / "calls.xlsx",
            connection=connection,
            sheets=[],
            facts=facts,
            audience="clients",
            language=language,
        )
    book = openpyxl.load_workbook(tmp_path / "calls.xlsx")
    other, name = {
        "ru": ("Обзвон Банк Скрудж", "Обзвон Метанпром"),
        "en": ("Calls Bank Scrooge", "Calls Metanprom"),
    }[language]
    assert book.sheetnames[1:] == [other, name]
    sheet = book[name]
    headings = [cell.value for cell in sheet[1]]
    assert [code_of("columns", heading) for heading in headings] == [column.code for column in call_columns()]
    places = {column.code: number for number, column in enumerate(call_columns())}
    shown_columns = ("client_id", "gender", "age", "product_count", "value", "offer", "client_key")
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [row[places["queue"]] for row in rows] == list(range(1, len(expected) + 1))
    genders = call_words("genders", language)
    for row, (client, gender, *rest) in zip(rows, expected, strict=True):
        assert [row[places[column]] for column in shown_columns] == [
            *(client, genders.get(gender, gender)),
            *(pytest.approx(value) if isinstance(value, float) else value for value in rest),
        ]
        assert row[places["reasons"]]
        assert not any(row[places[code]] for code in ("owner", "status", "outcome", "contacted_on", "remark"))
    lists = {
        next(iter(rule.sqref.ranges)).min_col - 1: rule.formula1.strip('"').split(",")
        for rule in sheet.data_validations.dataValidation
        if rule.type == "list"
    }
    for code, kind in (("status", "statuses"), ("outcome", "outcomes")):
        assert lists[places[code]] == list(call_words(kind, language).values())
        assert [code_of(kind, word) for word in lists[places[code]]] == list(call_words(kind, language))
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref.startswith("A1:")
    assert (sheet.page_setup.orientation, sheet.print_title_rows) == ("landscape", "$1:$1")


@pytest.mark.slow
def test_a_list_too_long_for_a_reader_says_so(tmp_path: Path):
    make_build(tmp_path, 1, clients=MAX_ROWS + 5)
    publish(arguments(tmp_path))
    export(output=tmp_path / "published", language="en")
    path = tmp_path / "published/bank_churn_clients_en.xlsx"
    assert f"The first {MAX_ROWS} rows of {MAX_ROWS + 5}" in about_text(path)
    assert openpyxl.load_workbook(path, read_only=True)["List"].max_row == MAX_ROWS + 1


def test_every_column_of_a_sheet_has_a_heading_of_its_own_in_both_languages(demo_build: Build):
    """A mart that joins the workbook by its YAML needs its columns in `seeds/column_labels.csv`."""
    rows = csv_rows(ROOT / "seeds/column_labels.csv")
    labelled = {(row["mart"], row["column_name"]): row for row in rows if not row["value"]}
    [newest] = publications(demo_build.published)[-1:]
    facts = json.loads((demo_build.published / "history" / newest / "publication.json").read_text())
    assert len(facts["sheets"]) >= 12
    lacking, twice = [], []
    for sheet in facts["sheets"]:
        file = {"everyone": "bank_churn", "clients": "bank_churn_clients"}[sheet["audience"]]
        available = [
            name for name, *_ in demo_build.query(f"describe {sheet['mart']}", f"published/{file}.duckdb")
        ]
        labels = SheetLabels.from_facts(facts, "ru")
        headings = []
        for column in choose_columns(sheet["mart"], available, sheet.get("columns"), labels):
            name = labels.base_name(column)
            row = labelled.get((sheet["mart"], name), labelled.get(("", name)))
            if row is None:
                lacking.append(f"{sheet['mart']}.{name}")
            else:
                headings += [row["label_ru"], row["label_en"]]
        twice += [(sheet["mart"], heading) for heading in headings if headings.count(heading) > 1]
        check_sheet_names([sheet["ru"], sheet["en"]])
    assert lacking == []
    assert twice == []


# When things change or go wrong


def test_exports_follow_a_rollback_and_keep_their_languages(folder: Path):
    output = folder / "published"
    export(output=output, language="en")
    assert len(list(output.glob("*.xlsx"))) == 4
    make_build(folder, 2)
    publish(arguments(folder), additions=[exporting("ru", [])])
    assert len(list(output.glob("*.xlsx"))) == 4
    first, second = publications(output)
    assert second in about_text(output / "bank_churn_en.xlsx")
    rollback(output=output)
    assert verify(output)[1] == []
    for language in ("ru", "en"):
        assert first in about_text(output / f"bank_churn_{language}.xlsx")
    found = duckdb.sql(f"select distinct build_number from '{output}/parquet/rates.parquet'").fetchall()
    assert found == [(1,)]
    publish(arguments(folder))
    assert list(output.glob("*.xlsx")) == list(output.glob("parquet/*")) == []


DAMAGES: dict[str, Callable[[bytes], bytes | None]] = {
    "one bit": lambda content: (
        content[: len(content) // 2]
        + bytes([content[len(content) // 2] ^ 1])
        + content[len(content) // 2 + 1 :]
    ),
    "the end cut off": lambda content: content[: len(content) * 2 // 3],
    "a byte more": lambda content: content + b"\0",
    "nothing in it": lambda content: b"",
    "removed": lambda content: None,
}


@pytest.mark.slow
def test_any_damage_of_any_kept_file_is_found_and_never_put_in_place(folder: Path) -> None:
    """Databases, manifest, parquet, workbooks and pages of the publication that a rollback is to put back."""
    output = folder / "published"
    with adding(output) as (_, made):
        for name in ("dashboard.ru.html", "docs_ru.html", "catalogue_ru.html", "model_passport.ru.html"):
            (made / name).write_text(f"{name} of the first publication", encoding="utf-8")
    make_build(folder, 2)
    publish(arguments(folder))
    kept = output / "history" / publications(output)[0]
    files = sorted(path for path in kept.rglob("*") if path.is_file())
    assert len(files) >= 10
    assert {path.suffix for path in files} == {".duckdb", ".json", ".parquet", ".xlsx", ".html"}
    before = contents(output)
    assert verify(output)[1] == []
    for path in files:
        content = path.read_bytes()
        for name, damage in DAMAGES.items():
            spoilt = damage(content)
            path.unlink()  # not written into: it may be the file in place by another name
            if spoilt is not None:
                path.write_bytes(spoilt)
            found = verify(output)[1]
            assert any(path.name in problem for problem in found), (path, name)
            with pytest.raises(BankChurnError, match=re.escape(path.name)):
                rollback(output=output)
            path.unlink(missing_ok=True)
            path.write_bytes(content)
            assert contents(output) == before, (path, name)
    assert verify(output)[1] == []
    assert rollback(output=output) == kept.name


def test_without_sheets_there_is_no_workbook(tmp_path: Path):
    manifest = make_manifest(sheet=None)
    make_build(tmp_path, 1, manifest=manifest)
    publish(arguments(tmp_path))
    export(output=tmp_path / "published", language="ru")
    assert not (tmp_path / "published/bank_churn_ru.xlsx").exists()
    assert (tmp_path / "published/bank_churn_clients_ru.xlsx").exists()


def test_exporting_nothing_is_a_sentence(tmp_path: Path):
    assert_one_sentence(run_cli("export", "--output", str(tmp_path)), "Nothing is published")


@pytest.mark.parametrize(
    ("sheet", "message"),
    [
        ({"ru": "Доли/части", "en": "Shares"}, "cannot name a sheet"),
        ({"ru": "Очень длинное название листа книги", "en": "Shares"}, "cannot name a sheet"),
        ({"ru": "О файле", "en": "Shares"}, "Two sheets are called"),
        ({"ru": "Доли", "en": "Shares", "columns": ["no_such"]}, "names a column no_such"),
    ],
)
def test_a_wrong_sheet_in_the_meta_is_a_sentence(tmp_path: Path, sheet: dict, message: str):
    make_build(tmp_path, 1, manifest=make_manifest(sheet=sheet))
    publish(arguments(tmp_path))
    with pytest.raises(BankChurnError, match=message):
        export(output=tmp_path / "published", language="ru")


def test_a_full_disk_leaves_the_last_export(folder: Path):
    output = folder / "published"
    before = contents(output)

    def no_space() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (3_000, 3_000))

    done = run_cli("export", "--output", str(output), preexec_fn=no_space)
    assert_one_sentence(done, "annot")
    after = contents(output)
    assert after["bank_churn_ru.xlsx"] == before["bank_churn_ru.xlsx"]
    assert after["bank_churn.duckdb"] == before["bank_churn.duckdb"]
    assert [name for name in os.listdir(output) if name.startswith(".publishing-")] == []


def test_every_kind_of_space_may_be_shown_and_nothing_else_that_is_unseen():
    signs = [chr(code) for code in range(sys.maxunicode + 1)]
    spaces = {sign for sign in signs if unicodedata.category(sign) == "Zs"}
    assert set(map(chr, SPACES)) == spaces
    assert {sign for sign in signs if shown(sign) != "\ufffd"} - {"\ufffd"} == {
        sign for sign in signs if sign.isprintable() or sign in spaces
    } - {"\ufffd"}
    assert shown("12\u00a0345\n") == "12\u00a0345\ufffd"
