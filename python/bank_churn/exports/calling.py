"""The call sheet of a bank: whom to call first, what to speak of, and columns that callers fill in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import duckdb

from bank_churn.exports.sheet_labels import SheetLabels
from bank_churn.exports.workbook_formats import (
    BUTTON,
    MAX_ROWS,
    Formats,
    SheetData,
    print_on_paper,
    row_height,
    write_cell,
)
from bank_churn.words.calls import call_columns, call_words
from bank_churn.words.language import Language

MART = "retention_list"
NAME = {"ru": "Обзвон", "en": "Calls"}
LONGEST_NAME, FORBIDDEN = 31, str.maketrans("[]:*?/\\'", "        ")
FIRST_DAY = date(2000, 1, 1)
GRID = {"border": 1, "border_color": "#C3CBD5"}
ZOOM = 85  # per cent
KEY_LENGTH = 40  # signs; a key stays on one line, cut by the end of its column
DATE = {"ru": "dd.mm.yyyy", "en": "yyyy-mm-dd"}
TOLD = {
    "ru": {"list": "Выберите слово из списка.", "date": "Впишите день, например 30.11.2026."},
    "en": {"list": "Choose a word from the list.", "date": "Enter a day, such as 2026-11-30."},
}
AFTER_NUMBERS = ("client_id", "reasons")
"""Texts beside numbers, which stand at the right end of their cells: the two would read as one."""

STATUS_COLOURS = {"done": "#DDEFE0", "call_back": "#FFF3D6", "unreachable": "#F1F1F1"}
ROWS = """
    select
        list.portfolio,
        count(*) over (partition by list.portfolio) as chosen_count,
        row_number() over (partition by list.portfolio order by list.priority) as queue,
        list.client_id, list.city, {own}.gender, {own}.age, list.product_count, list.value_at_risk as value,
        regexp_replace(
            -- Shares of other clients, in brackets, are not for the client's ears.
            concat_ws('; ', reason_1_{language}, reason_2_{language}, reason_3_{language}),
            ' [(][^()]*[)]', '', 'g'
        ) as reasons,
        list.offer_label_{language} as offer, list.client_key
    from retention_list as list {join}
    where {chosen}
    qualify queue <= {most}
    order by list.portfolio, list.priority
"""


def call_sheets(
    connection: duckdb.DuckDBPyConnection, labels: SheetLabels, *, every_client: bool
) -> list[SheetData]:
    """Read the call sheets, one per bank with clients to call.

    Args:
        connection: The published database of clients, or an analyst's own list beside it.
        labels: Labels in the workbook's language.
        every_client: All clients of the list rather than those whose contact is expected to pay off.

    Returns:
        The sheets; none where the database has no list of that kind.
    """
    own = columns_of(connection, MART)
    if not {"client_id", "is_worth_contacting", f"offer_label_{labels.language}"} <= own:
        return []
    has_client = {"gender", "age"} <= own
    rows = connection.execute(
        ROWS.format(
            language=labels.language,
            own="list" if has_client else "clients",
            join="" if has_client else "inner join clients on list.client_key = clients.client_key",
            most=MAX_ROWS,
            chosen="true" if every_client else "list.is_worth_contacting",
        )
    ).fetchall()
    by_bank: dict[tuple[str, int], list[tuple[Any, ...]]] = {}
    for portfolio, chosen_count, *values in rows:
        by_bank.setdefault((portfolio, chosen_count), []).append(tuple(values))
    return [
        SheetData(
            mart=MART,
            name=sheet_name(labels.value("portfolios", "portfolio", portfolio), labels.language),
            columns=[column.code for column in call_columns()],
            is_whole=[],
            rows=[filled(values, labels) for values in found],
            row_count=chosen_count,
            variant=variant_of(connection, MART, portfolio),
        )
        for (portfolio, chosen_count), found in by_bank.items()
    ]


def variant_of(connection: duckdb.DuckDBPyConnection, mart: str, portfolio: str | None = None) -> str:
    """Say which time the income of a mart is of, where it can be one or another.

    Returns:
        `year` or `expected_stay`; `mixed` where banks differ; empty where the mart does not say.
    """
    if "income_horizon" not in columns_of(connection, mart):
        return ""
    found = connection.execute(
        f'select distinct income_horizon from "{mart}" where income_horizon is not null'
        " and (portfolio = $1::varchar or $1::varchar is null)",
        [portfolio],
    ).fetchall()
    return "mixed" if len(found) > 1 else found[0][0] if found else ""


def columns_of(connection: duckdb.DuckDBPyConnection, table: str) -> set[str]:
    """Return the columns of a table, or none where there is no such table."""
    return {
        name
        for (name,) in connection.execute(
            "select column_name from duckdb_columns() where table_name = ?", [table]
        ).fetchall()
    }


def sheet_name(bank: str, language: Language) -> str:
    """Name the sheet of a bank so that Excel accepts it."""
    return f"{NAME[language]} {bank}".translate(FORBIDDEN)[:LONGEST_NAME].strip()


def filled(values: Sequence[Any], labels: SheetLabels) -> tuple[Any, ...]:
    """Put a client's values in words, with empty cells for what callers fill in."""
    *given, key = values
    queue, client_id, city, gender, *rest = given
    words = call_words("genders", labels.language)
    empty = [None for column in call_columns() if column.is_filled_in]
    return (
        *(queue, client_id, labels.value(MART, "city", city) if city else None),
        *(words.get(gender, gender), *rest, *empty, key),
    )


def write_call_sheet(worksheet: Any, formats: Formats, data: SheetData, language: Language) -> None:  # noqa: ANN401
    """Write a call sheet: headings in sight and on every printed page, lists to choose from, filters.

    Args:
        worksheet: A sheet of XlsxWriter's.
        formats: Cell formats.
        data: The clients.
        language: Language of the words.
    """
    columns = call_columns(data.variant)
    heading = {"bold": True, "text_wrap": True, "border": 1, "border_color": "#AAB7C4"}
    widths = [column.width for column in columns]
    worksheet.freeze_panes(1, 2)
    # So all columns to fill in are in sight on a screen of 1,440 points.
    worksheet.set_zoom(ZOOM)
    headings = [column.headings[language] for column in columns]
    worksheet.set_row(0, row_height(headings, widths, least=2, spare=BUTTON))
    for number, column in enumerate(columns):
        worksheet.set_column(number, number, column.width, formats.get(**look(column.code, language)))
    for number, column in enumerate(columns):
        colour = "#FFF3D6" if column.is_filled_in else "#DDE6EF"
        worksheet.write_string(0, number, column.headings[language], formats.get(**heading, bg_color=colour))
        if column.notes[language]:
            worksheet.write_comment(0, number, column.notes[language])
    # An indent takes about a sign of a line.
    inside = [width - (column.code in AFTER_NUMBERS) for column, width in zip(columns, widths, strict=True)]
    for row_number, row in enumerate(data.rows, 1):
        # On paper, two lines leave room to write.
        worksheet.set_row(row_number, row_height(row, [*inside[:-1], KEY_LENGTH], least=2))
        for number, (column, value) in enumerate(zip(columns, row, strict=True)):
            style = formats.get(**look(column.code, language), **GRID)
            write_cell(worksheet, row_number, number, value, style)
    last = max(len(data.rows), 1)
    worksheet.autofilter(0, 0, last, len(columns) - 1)
    choose_from(worksheet, formats, last, language)
    print_on_paper(worksheet, language, across=sum(widths[:-1]))
    # The key is for the file that is read back; on paper it would only take room.
    worksheet.print_area(0, 0, last, len(columns) - 2)


def look(column: str, language: Language) -> dict[str, Any]:
    """Choose the look of a column's cells."""
    if column == "contacted_on":
        return {"num_format": DATE[language]}
    if column == "value":
        return {"num_format": "#,##0"}
    if column == "client_key":
        return {"font_color": "#9AA3AE", "font_size": 8}
    if column in AFTER_NUMBERS:
        return {"text_wrap": True, "align": "left", "indent": 1}
    return {"text_wrap": True}


def choose_from(worksheet: Any, formats: Formats, last: int, language: Language) -> None:  # noqa: ANN401
    """Let callers choose a status and an outcome from lists, and colour the rows by status."""
    places = {column.code: number for number, column in enumerate(call_columns())}
    for column, kind in (("status", "statuses"), ("outcome", "outcomes")):
        worksheet.data_validation(
            *(1, places[column], last, places[column]),
            {
                "validate": "list",
                "source": list(call_words(kind, language).values()),
                "error_message": TOLD[language]["list"],
            },
        )
    day = places["contacted_on"]
    worksheet.data_validation(
        *(1, day, last, day),
        {
            "validate": "date",
            "criteria": ">=",
            "value": FIRST_DAY,
            "error_message": TOLD[language]["date"],
        },
    )
    letter = chr(ord("A") + places["status"])
    for code, colour in STATUS_COLOURS.items():
        word = call_words("statuses", language)[code]
        worksheet.conditional_format(
            *(1, 0, last, len(places) - 1),
            {
                "type": "formula",
                "criteria": f'=${letter}2="{word}"',
                "format": formats.get(bg_color=colour),
            },
        )
