"""What helps to read a sheet of a workbook: notes on headings, bars in cells, charts below the figures."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Any

import xlsxwriter

from bank_churn.exports.workbook_formats import Formats, SheetData

RATES = ("churn_rate", "missing_share", "missing_rate", "kept_share")
ASSUMED = ("retention_break_even", "retention_list")
"""Marts where `kept_share` is what was assumed: bars would show the assumption."""

SUMS = re.compile(r".*net_value.*|net|net_(low|high)")
INTERVAL = ("churn_rate", "ci_low", "ci_high")
RESULT = ("expected_net_value", "net_value_low", "net_value_high")
MOST_BARS = 30
"""Groups that one chart can show; a longer sheet is for filtering."""

LONGEST_NOTE = 420
CHART_WIDTH, BAR_HEIGHT, AROUND_BARS = 520, 30, 110
BLUE, ORANGE, PALE, FAINT = "#1F5FA8", "#B4460F", "#9DBCE0", "#E3E7EC"
LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


def note_of(description: str | None, language: str) -> str:
    """Turn a column's description into a note for its heading.

    Args:
        description: Markdown in the language that the build described its columns in, or None.
        language: Language of the workbook.

    Returns:
        Plain text of a few sentences; empty without a description in the workbook's language.
    """
    text = LINK.sub(r"\1", description or "").replace("`", "").replace("**", "")
    text = " ".join(text.split())
    if not text or bool(CYRILLIC.search(text)) != (language == "ru"):
        return ""
    if len(text) <= LONGEST_NOTE:
        return text
    cut = text[:LONGEST_NOTE]
    return cut[: cut.rindex(". ") + 1] if ". " in cut else cut[: cut.rindex(" ")] + "…"


def write_notes(worksheet: Any, notes: list[str]) -> None:  # noqa: ANN401
    """Put a note on each heading that has one: what the column means, shown by pointing at it."""
    for number, note in enumerate(notes):
        if note:
            lines = 1 + len(note) // 45
            worksheet.write_comment(
                0, number, note, {"width": 320, "height": 20 + 16 * lines, "font_size": 9, "color": "#FFFDF0"}
            )


def write_bars(worksheet: Any, formats: Formats, data: SheetData) -> None:  # noqa: ANN401
    """Mark rates by bars in their cells and losses by their colour."""
    last = max(len(data.rows), 1)
    for number, column in enumerate(data.columns):
        if column in RATES and not (column == "kept_share" and data.mart in ASSUMED):
            look = {"bar_color": PALE, "bar_solid": True, "min_type": "num", "min_value": 0}
            worksheet.conditional_format(1, number, last, number, {"type": "data_bar", **look})
        elif SUMS.fullmatch(column):
            rule = {"type": "cell", "criteria": "<", "value": 0}
            red = formats.get(font_color="#B00020")
            worksheet.conditional_format(1, number, last, number, {**rule, "format": red})


def write_charts(
    book: xlsxwriter.Workbook,
    worksheet: Any,  # noqa: ANN401
    data: SheetData,
    headings: list[str],
    shown: list[list[Any]],
    *,
    at_column: int,
) -> int | None:
    """Draw what the sheet says below its figures: a chart per bank, of the very cells above it.

    Columns that stay in sight are left free: the line beside them would cut a chart, and on paper, where they
    are repeated, so would be a part of it.

    Returns:
        The row at which they begin; None where there is nothing to draw.
    """
    banks = [list(part) for _, part in groupby(enumerate(shown, 1), key=lambda numbered: numbered[1][0])]
    drawn = [chart for rows in banks if (chart := chart_of(book, data, headings, rows)) is not None]
    for number, chart in enumerate(drawn):
        offset = {"x_offset": 10 + number * (CHART_WIDTH + 20), "object_position": 3}
        worksheet.insert_chart(len(shown) + 2, at_column, chart, offset)
    return len(shown) + 2 if drawn else None


def chart_of(
    book: xlsxwriter.Workbook, data: SheetData, headings: list[str], rows: list[tuple[int, list[Any]]]
) -> Any:  # noqa: ANN401
    """Draw the rows of one bank, if they are of a kind that a chart can show."""
    if set(INTERVAL) <= set(data.columns):
        return rate_chart(book, data, headings, rows)
    if {"contact_count", *RESULT} <= set(data.columns):
        return result_chart(book, data, headings, rows)
    return None


def rate_chart(
    book: xlsxwriter.Workbook, data: SheetData, headings: list[str], rows: list[tuple[int, list[Any]]]
) -> Any:  # noqa: ANN401
    """Draw churn rates as bars with their intervals; groups of one name or too many are no chart."""
    rate, low, high = (data.columns.index(column) for column in INTERVAL)
    names = [row[1] for _, row in rows]
    known = [row for _, row in rows if isinstance(row[rate], float)]
    if len(set(names)) < len(names) or not 2 <= len(rows) <= MOST_BARS or len(known) < 2:
        return None
    first, last = rows[0][0], rows[-1][0]
    ends = [
        (row[high] - row[rate], row[rate] - row[low]) if isinstance(row[low], float) else (0, 0)
        for _, row in rows
    ]
    chart = book.add_chart({"type": "bar"})
    chart.add_series(
        {
            "categories": [data.name, first, 1, last, 1],
            "values": [data.name, first, rate, last, rate],
            "fill": {"color": BLUE},
            "gap": 60,
            "data_labels": {"value": True, "num_format": "0.0%", "position": "inside_base"}
            | {"font": {"color": "#FFFFFF"}},
            "y_error_bars": {
                "type": "custom",
                "plus_values": [plus for plus, _ in ends],
                "minus_values": [minus for _, minus in ends],
                "line": {"color": ORANGE, "width": 1.5},
            },
        }
    )
    titled(chart, f"{rows[0][1][0]}: {headings[rate].lower()}")
    chart.set_y_axis({"reverse": True})
    chart.set_x_axis(
        {"num_format": "0%", "min": 0, "max": 1 if max(row[rate] for row in known) > 0.6 else None}
        | {"major_gridlines": {"visible": True, "line": {"color": FAINT}}}
    )
    chart.set_size({"width": CHART_WIDTH, "height": AROUND_BARS + BAR_HEIGHT * len(rows)})
    return chart


def result_chart(
    book: xlsxwriter.Workbook, data: SheetData, headings: list[str], rows: list[tuple[int, list[Any]]]
) -> Any:  # noqa: ANN401
    """Draw the result of a campaign over the number of contacts, with its bounds."""
    contacts = data.columns.index("contact_count")
    first, last = rows[0][0], rows[-1][0]
    chart = book.add_chart({"type": "scatter", "subtype": "straight"})
    thin: dict[str, Any] = {"color": BLUE, "dash_type": "dash", "width": 1.25}
    lines: list[dict[str, Any]] = [{"color": BLUE, "width": 2.5}, thin, thin]
    for column, line in zip(RESULT, lines, strict=True):
        number = data.columns.index(column)
        chart.add_series(
            {
                "name": headings[number],
                "categories": [data.name, first, contacts, last, contacts],
                "values": [data.name, first, number, last, number],
                "line": line,
            }
        )
    titled(chart, f"{rows[0][1][0]}: {headings[data.columns.index(RESULT[0])].lower()}")
    chart.set_legend({"position": "bottom"})
    chart.set_x_axis({"name": headings[contacts], "num_format": "#,##0", "min": 0, "label_position": "low"})
    chart.set_y_axis({"num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": FAINT}}})
    chart.set_size({"width": CHART_WIDTH, "height": 320})
    return chart


def titled(chart: Any, title: str) -> None:  # noqa: ANN401
    """Give a chart its title, and no legend of a single series."""
    chart.set_title({"name": title, "name_font": {"size": 12, "bold": True}, "overlay": False})
    chart.set_legend({"none": True})
