"""One Excel workbook of a publication: a sheet that says what it is, then a sheet per mart."""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from itertools import takewhile
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

from bank_churn.errors import BankChurnError
from bank_churn.exports.calling import call_sheets, variant_of, write_call_sheet
from bank_churn.exports.sheet_labels import YES_NO, SheetLabels
from bank_churn.exports.workbook_formats import (
    BUTTON,
    MAX_ROWS,
    NARROW_MARGINS,
    PAGE,
    RULE,
    Formats,
    SheetData,
    line_count,
    print_on_paper,
    row_height,
    write_cell,
)
from bank_churn.exports.workbook_looks import note_of, write_bars, write_charts, write_notes
from bank_churn.words.language import Language
from bank_churn.words.texts import texts_of

ABOUT_WIDTHS = (34, 26, 26, 12, 68)
MOST_ON_A_PAGE = 75
WIDEST, NARROWEST = 44, 9
WIDEST_OF_LONG, LONG = 60, 400  # of texts so long that a narrow column would make tall rows
MOST_FROZEN = 56
OFF_PAPER = ("is_suppressed", "data_origin")
"""Last columns that only take room on paper: grey cells and the first sheet say the same."""

SAMPLE = 200
# What is empty, and what else is, in a row for everyone whose counts would give away a smaller group.
MARKS = ("client_count", "conclusion_en")
COUNTED = re.compile(
    r".*_count|share_of_.*|n_(a|total)|clients_to_contact|(conclusion|evidence|finding|reading|sentence)_(ru|en)"
)

ABOUT = texts_of("workbook")


def check_sheet_names(names: list[str]) -> None:
    """Make sure that Excel accepts the names of the sheets."""
    for name in names:
        if (
            not 1 <= len(name) <= 31
            or set(name) & set("[]:*?/\\")
            or name.startswith("'")
            or name.endswith("'")
        ):
            raise BankChurnError(
                f"“{name}” cannot name a sheet of Excel: at most 31 characters, none of [ ] : * ? / \\."
            )
    lowered = [name.lower() for name in names]
    repeated = [name for name in names if lowered.count(name.lower()) > 1]
    if repeated:
        raise BankChurnError(f"Two sheets are called “{repeated[0]}”: change `sheet` in one mart's meta.")


def read_sheet(
    connection: duckdb.DuckDBPyConnection, sheet: dict[str, Any], labels: SheetLabels
) -> SheetData:
    """Read what goes on the sheet of a mart from a published database."""
    mart = sheet["mart"]
    described = connection.execute(f'describe "{mart}"').fetchall()
    types = {name: str(type_) for name, type_, *_ in described}
    columns = choose_columns(mart, list(types), sheet.get("columns"), labels)
    shown = ", ".join(f'"{column}"' for column in columns)
    extra = [
        '"metric"' if "metric" in types else "null",
        '"is_suppressed"' if "is_suppressed" in types else "false",
        f"{next((name for name in MARKS if name in types and sheet['audience'] == 'everyone'), '0')} is null",
    ]
    order = order_terms(sheet.get("sort"), list(types), columns, labels)
    rows = connection.execute(
        f'select {shown}, {", ".join(extra)} from "{mart}" order by {order} limit {MAX_ROWS}'
    ).fetchall()
    [(row_count,)] = connection.execute(f'select count(*) from "{mart}"').fetchall()
    whole = [types[column] in {"TINYINT", "SMALLINT", "INTEGER", "BIGINT"} for column in columns]
    name = str(sheet[labels.language])
    comments = dict(
        connection.execute(
            "select column_name, comment from duckdb_columns() where table_name = ?", [mart]
        ).fetchall()
    )
    notes = [note_of(comments.get(column), labels.language) for column in columns]
    return SheetData(
        mart=mart,
        name=name,
        columns=columns,
        is_whole=whole,
        rows=rows,
        row_count=row_count,
        notes=notes,
        variant=variant_of(connection, mart),
    )


def order_terms(wanted: list[str] | None, available: list[str], shown: list[str], labels: SheetLabels) -> str:
    """Write the order of a sheet's rows."""
    if not wanted:
        return ", ".join(f'"{column}"' for column in shown)
    own = {labels.base_name(column): column for column in available}
    terms = [term.split(maxsplit=1) for term in wanted]
    return ", ".join(" ".join([f'"{own.get(name, name)}"', *direction]) for name, *direction in terms)


def choose_columns(
    mart: str, available: list[str], wanted: list[str] | None, labels: SheetLabels
) -> list[str]:
    """Choose the columns of a sheet: those its meta names, or all; of a pair of languages the workbook's own.

    Args:
        mart: Name of the mart.
        available: Columns of the mart.
        wanted: Columns named in the meta, without the ending of a language; None for all.
        labels: Labels in the workbook's language.

    Returns:
        Columns of the mart, in the order of the sheet.
    """
    other = "_en" if labels.language == "ru" else "_ru"
    own = f"_{labels.language}"
    kept = [
        column
        for column in available
        if not (column.endswith(other) and column.removesuffix(other) + own in available)
    ]
    by_name = {labels.base_name(column): column for column in kept}
    missing = [name for name in wanted or [] if name not in by_name]
    if missing:
        raise BankChurnError(
            f"The sheet of {mart} names a column {missing[0]}, which the mart does not have."
        )
    return kept if wanted is None else [by_name[name] for name in wanted]


def write_workbook(
    *,
    path: Path,
    connection: duckdb.DuckDBPyConnection,
    sheets: list[dict[str, Any]],
    facts: dict[str, Any],
    audience: str,
    language: Language,
    every_client: bool = False,
) -> None:
    """Write a workbook.

    Args:
        path: The file to write; its folder also takes unfinished parts.
        connection: The published database.
        sheets: The marts and their meta `sheet`.
        facts: The publication's `publication.json`.
        audience: `everyone` or `clients`.
        language: Language of headings and labels.
        every_client: Put all clients of the list on the call sheet, not only those whose contact pays off.

    Raises:
        BankChurnError: If a sheet's meta cannot be followed.
    """
    labels = SheetLabels.from_facts(facts, language)
    labels = labels.with_attributes(own_attributes(connection, language))
    ordered = sorted(sheets, key=lambda sheet: (sheet.get("order", 1_000), sheet["mart"]))
    data = [read_sheet(connection, sheet, labels) for sheet in ordered]
    calls = call_sheets(connection, labels, every_client=every_client) if audience == "clients" else []
    check_sheet_names([str(ABOUT[language]["sheet"]), *(sheet.name for sheet in [*calls, *data])])
    options = {"constant_memory": True, "tmpdir": str(path.parent), "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": datetime.fromisoformat(facts["published_at"])})
        book.set_custom_property("publication_id", facts["publication_id"])
        formats = Formats(book)
        about = book.add_worksheet(str(ABOUT[language]["sheet"]))
        for sheet in calls:
            write_call_sheet(book.add_worksheet(sheet.name), formats, sheet, language)
        charts = {sheet.name: write_sheet(book, formats, sheet, labels) for sheet in data}
        write_about(about, formats, [*calls, *data], facts, audience, labels, charts)


def own_attributes(connection: duckdb.DuckDBPyConnection, language: Language) -> dict[str, str]:
    """Read what attributes are called from the rates by them, which name a bank's own ones too."""
    rates = connection.execute(
        "select database_name || '.' || schema_name from duckdb_columns() where table_name = 'churn_rates'"
        f" and column_name = 'dimension_label_{language}' order by all"
    ).fetchall()
    if not rates:
        return {}
    named = f"select distinct dimension_name, dimension_label_{language} from {rates[0][0]}.churn_rates"
    return dict(connection.execute(f"{named} where dimension_2_name is null").fetchall())


def write_sheet(
    book: xlsxwriter.Workbook, formats: Formats, data: SheetData, labels: SheetLabels
) -> int | None:
    """Write one mart: headings that stay in sight, filters, a row per row, and charts below them.

    Returns:
        The row at which its charts begin; None without any.
    """
    worksheet = book.add_worksheet(data.name)
    heading_format = formats.get(
        bold=True, text_wrap=True, bg_color="#DDE6EF", border=1, border_color="#AAB7C4"
    )
    headings = [labels.heading(data.mart, column, data.variant) for column in data.columns]
    widths = [column_width(data, number, heading, labels) for number, heading in enumerate(headings)]
    worksheet.set_row(0, row_height(headings, widths, least=2, spare=BUTTON))
    for number, width in enumerate(widths):
        worksheet.set_column(number, number, width)
    # The names of a row stay in sight too, unless they would take the screen.
    named = 2 if sum(widths[:2]) <= MOST_FROZEN else 1
    worksheet.freeze_panes(1, named)
    for number, heading in enumerate(headings):
        worksheet.write_string(0, number, heading, heading_format)
    write_notes(worksheet, data.notes)
    cells: list[list[Any]] = []
    for row_number, row in enumerate(data.rows, 1):
        *values, metric, is_suppressed, is_uncounted = row
        cells.append([])
        styles = []
        for number, value in enumerate(values):
            is_hidden = is_suppressed or (is_uncounted and COUNTED.fullmatch(data.columns[number]))
            styles.append(cell_style(data, number, value, labels, metric=metric, is_hidden=bool(is_hidden)))
            cell = shown_value(data, number, value, labels)
            if cell is None and is_hidden and not is_suppressed:
                cell = ABOUT[labels.language]["few"]
            cells[-1].append(cell)
        worksheet.set_row(row_number, row_height(cells[-1], widths))
        for number, (cell, style) in enumerate(zip(cells[-1], styles, strict=True)):
            write_cell(worksheet, row_number, number, cell, formats.get(**style, **RULE))
    if not cells:
        write_cell(worksheet, 1, 0, ABOUT[labels.language]["empty"], formats.get(italic=True))
    write_bars(worksheet, formats, data)
    first_chart = write_charts(book, worksheet, data, headings, cells, at_column=named)
    worksheet.autofilter(0, 0, max(len(data.rows), 1), len(headings) - 1)
    printed = len(widths)
    if first_chart is None:
        printed -= len(list(takewhile(OFF_PAPER.__contains__, reversed(data.columns))))
        worksheet.print_area(0, 0, max(len(data.rows), 1), printed - 1)
    print_on_paper(worksheet, labels.language, across=sum(widths[:printed]), named=named)
    return first_chart


def cell_style(
    data: SheetData,
    number: int,
    value: object,
    labels: SheetLabels,
    *,
    metric: str | None,
    is_hidden: bool,
) -> dict[str, Any]:
    """Choose the look of a cell."""
    if value is None:
        return {"bg_color": "#E3E3E3"} if is_hidden else {}
    if isinstance(value, datetime | date):
        return {"num_format": "yyyy-mm-dd hh:mm" if isinstance(value, datetime) else "yyyy-mm-dd"}
    if isinstance(value, int | float) and not isinstance(value, bool):
        column = data.columns[number]
        return {
            "num_format": labels.number_format(
                data.mart, column, is_whole=data.is_whole[number], metric=metric
            )
        }
    return {"text_wrap": True}


def shown_value(data: SheetData, number: int, value: Any, labels: SheetLabels) -> Any:  # noqa: ANN401
    """Turn a value into what the cell holds: codes, yes and no and lists become words."""
    if isinstance(value, bool):
        return YES_NO[labels.language][value]
    if isinstance(value, list):
        return ", ".join(labels.value(data.mart, data.columns[number], str(part)) for part in value)
    if isinstance(value, str):
        return labels.value(data.mart, data.columns[number], value)
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else "∞" if value > 0 else "-∞"
    return value


def column_width(data: SheetData, number: int, heading: str, labels: SheetLabels) -> int:
    """Choose a column's width from the words of its heading, its first texts and its longest numbers."""
    values = [row[number] for row in data.rows if row[number] is not None]
    numbers = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    texts = [] if numbers else [shown_value(data, number, value, labels) for value in values[:SAMPLE]]
    lengths = [len(str(text)) for text in texts]
    # A number too long for its column would be shown as a row of #.
    ends = [min(numbers), max(numbers)] if numbers else []
    lengths += [len(f"{value:,.2f}" if isinstance(value, float) else f"{value:,}") for value in ends]
    lengths += [len(word) + BUTTON for word in heading.split()]
    longest = max([*lengths, NARROWEST])
    return min(longest + 1, WIDEST if longest <= LONG else WIDEST_OF_LONG)


def write_about(
    worksheet: Any,  # noqa: ANN401
    formats: Formats,
    sheets: list[SheetData],
    facts: dict[str, Any],
    audience: str,
    labels: SheetLabels,
    charts: dict[str, int | None],
) -> None:
    """Write the first sheet: what this is, when and from what it was made, and how to read it."""
    words: dict[str, Any] = ABOUT[labels.language]
    for number, width in enumerate(ABOUT_WIDTHS):
        worksheet.set_column(number, number, width)
    lines = about_lines(words, sheets, facts, audience, labels)
    worksheet.set_landscape()
    worksheet.set_paper(9)
    worksheet.set_margins(**NARROW_MARGINS)
    worksheet.fit_to_pages(1, 1 if len(lines) <= MOST_ON_A_PAGE else 0)
    worksheet.set_footer(PAGE[labels.language])
    for row, (cells, style) in enumerate(lines):
        if style == "note":
            wrapped = formats.get(text_wrap=True)
            worksheet.set_row(row, 15 * line_count(cells[0], sum(ABOUT_WIDTHS) - 2))
            worksheet.merge_range(row, 0, row, len(ABOUT_WIDTHS) - 1, cells[0], wrapped)
            continue
        if style == "title":
            worksheet.set_row(row, 21)
        target = next((sheet.name for sheet in sheets if style == "link" and cells[0] == sheet.name), None)
        for number, cell in enumerate(cells):
            if target and number == 0:
                worksheet.write_url(row, number, place_in(target, 1), string=target)
            else:
                write_cell(worksheet, row, number, cell, about_format(formats, style, cell))
        chart = charts.get(target or "")
        if target and chart is not None:
            worksheet.write_url(row, len(cells), place_in(target, chart + 1), string=words["charts"])


def place_in(sheet: str, row: int) -> str:
    """Point at a row of another sheet."""
    quoted = sheet.replace("'", "''")
    return f"internal:'{quoted}'!A{row}"


def about_format(formats: Formats, style: str, cell: object) -> Any:  # noqa: ANN401
    """Choose the look of a cell of the first sheet."""
    looks: dict[str, dict[str, Any]] = {
        "title": {"bold": True, "font_size": 14},
        "heading": {"bold": True},
        "warning": {"bold": True, "font_color": "#B00020"},
    }
    # Numbers stand under their headings, which stand at the left.
    number = {"num_format": "#,##0", "align": "left"} if isinstance(cell, int) else {}
    return formats.get(**looks.get(style, {}), **number)


def about_lines(
    words: dict[str, Any],
    sheets: list[SheetData],
    facts: dict[str, Any],
    audience: str,
    labels: SheetLabels,
) -> list[tuple[tuple[Any, ...], str]]:
    """Compose the lines of the first sheet."""
    lines: list[tuple[tuple[Any, ...], str]] = [((words[f"title_{audience}"],), "title")]
    if audience == "clients":
        lines.append(((words["restricted"],), "warning"))
    if any(file["data_origin"] == "generated" for file in facts["sources"]):
        lines.append(((words["generated"],), "warning"))
    lines += [((), ""), *fact_lines(words, facts), ((), ""), ((words["sources"],), "heading")]
    lines += [(words["source_headings"], "heading"), *source_lines(words, facts, audience, labels)]
    lines += [((), ""), ((words["sheets"],), "heading"), (words["sheet_headings"], "heading")]
    for sheet in sheets:
        lines.append(((sheet.name, sheet.row_count, sheet.mart), "link"))
        if sheet.row_count > len(sheet.rows):
            lines.append(((words["cut"].format(shown=len(sheet.rows), all=sheet.row_count),), "warning"))
    lines += [((), ""), ((words["reading"],), "heading")]
    notes = [note.format(min_group_size=facts["min_group_size"]) for note in words["notes"]]
    return lines + [((note,), "note") for note in notes]


def fact_lines(words: dict[str, Any], facts: dict[str, Any]) -> list[tuple[tuple[Any, ...], str]]:
    """Compose the lines that say when and how the publication was made."""
    return [
        ((words["when"], facts["published_at"][:19]), ""),
        ((words["built"], facts["built_at"][:19]), ""),
        ((words["id"], facts["publication_id"]), ""),
        ((words["version"], facts["project_version"]), ""),
        ((words["tests"], facts["passed_test_count"]), ""),
        ((words["warned"], facts["warned_test_count"]), ""),
    ]


def source_lines(
    words: dict[str, Any], facts: dict[str, Any], audience: str, labels: SheetLabels
) -> list[tuple[tuple[Any, ...], str]]:
    """Compose the lines about the extracts' files."""
    lines = []
    for file in facts["sources"]:
        is_hidden = audience == "everyone" and file["row_count"] < facts["min_group_size"]
        origin = labels.value("portfolios", "data_origin", file["data_origin"])
        portfolio = labels.value("portfolios", "portfolio", file["portfolio"])
        rows = words["few"] if is_hidden else file["row_count"]
        lines.append(((portfolio, file["file_name"], origin, rows, file["sha256"]), ""))
    return lines
