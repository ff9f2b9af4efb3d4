"""What all sheets of a workbook share: their data, their cell formats, and the writing of a cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from math import ceil
from typing import Any

import xlsxwriter

from bank_churn.words.safe_text import shown

# A longer list is nobody's to read; writing it would take minutes. The parquet file holds all of it.
MAX_ROWS = 100_000
LONGEST_CELL = 32_767  # signs; of a longer text Excel would show nothing
LINE_HEIGHT, MOST_LINES = 15, 27
NARROW, NARROWER = re.compile(r"[ ,.;:!()'«»|ilІ-]"), 0.5
WIDE, WIDER = re.compile(r"[A-ZА-ЯЁmwжмфшщыю%—]"), 0.3
SPACE, MARGIN = 0.5, 0.5
"""How letters of the usual font differ from its digits, in which Excel measures columns."""

RULE = {"bottom": 1, "bottom_color": "#D5DBE2"}
"""A line below each row: on paper, a row of many columns is not followed without one."""

BUTTON = 3  # signs of a heading that the button of the filter takes
MOST_ACROSS, HALF_SIZE = 310, 50
"""Widths of columns, together, that fit a page at about half their size: what is smaller cannot be read."""

NARROW_MARGINS = {"left": 0.4, "right": 0.4, "top": 0.45, "bottom": 0.6}
PAGE = {"ru": "&L&A&RСтраница &P из &N", "en": "&L&A&RPage &P of &N"}


@dataclass(frozen=True)
class SheetData:
    """What goes on one sheet.

    Attributes:
        mart: Name of the mart.
        name: Name of the sheet.
        columns: Columns shown, left to right.
        is_whole: Per shown column, whether it holds whole numbers.
        rows: Per row the shown values, then its metric, whether its figures are hidden, and its counts alone.
        row_count: Rows of the mart, shown or not.
        notes: Per shown column what it means; empty where that is not known in the workbook's language.
        variant: Which time income is of, where headings differ by it.
    """

    mart: str
    name: str
    columns: list[str]
    is_whole: list[bool]
    rows: list[tuple[Any, ...]]
    row_count: int
    notes: list[str] = field(default_factory=list)
    variant: str = ""


class Formats:
    """Cell formats by what they look like; Excel wants each of them only once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        """Start without any."""
        self._book = book
        self._known: dict[tuple[tuple[str, Any], ...], Any] = {}

    def get(self, **properties: Any) -> Any:  # noqa: ANN401
        """Return the format with these properties.

        Args:
            properties: Properties of XlsxWriter's formats.

        Returns:
            The format.
        """
        key = tuple(sorted(properties.items()))
        if key not in self._known:
            self._known[key] = self._book.add_format({"valign": "top", **properties})
        return self._known[key]


def write_cell(worksheet: Any, row: int, column: int, value: Any, style: Any) -> None:  # noqa: ANN401
    """Write a cell by its type; text is always text, even when it looks like a formula."""
    if value is None:
        worksheet.write_blank(row, column, None, style)
    elif isinstance(value, datetime | date):
        worksheet.write_datetime(row, column, value, style)
    elif isinstance(value, int | float):
        worksheet.write_number(row, column, value, style)
    else:
        worksheet.write_string(row, column, shown(str(value))[:LONGEST_CELL], style)


@lru_cache(maxsize=100_000)  # the words of a sheet are few, and stand in thousands of rows
def line_count(text: str, width: float) -> int:
    """Count the lines that a text takes in a column.

    Args:
        text: The text.
        width: Width of the column in digits, as Excel has it.

    Returns:
        The lines, with words kept whole where they fit.

    Examples:
        >>> line_count("one two three", 20), line_count("one two three", 8), line_count("abcdefghij", 4)
        (1, 2, 3)
    """
    room = max(width, 1)
    lines, used = 1, 0.0
    for word in text.split():
        length = len(word) - NARROWER * len(NARROW.findall(word)) + WIDER * len(WIDE.findall(word))
        if used and used + SPACE + length > room:
            lines, used = lines + 1, 0
        used += length + (SPACE if used else 0)
        if used > room:
            lines, used = lines + ceil(used / room) - 1, used % room
    return lines


def row_height(cells: Sequence[Any], widths: Sequence[float], *, least: int = 1, spare: int = 0) -> int:
    """Choose the height of a row so that none of its texts is cut: not every program does it by itself.

    Args:
        cells: What the row shows.
        widths: Widths of its columns.
        least: Lines that the row has in any case.
        spare: Signs of each cell that a button takes.

    Returns:
        The height in points.
    """
    lines = [
        line_count(cell, width - MARGIN - spare)
        for cell, width in zip(cells, widths, strict=True)
        if isinstance(cell, str) and len(cell) > (width - MARGIN - spare) / 2
    ]
    return LINE_HEIGHT * min(max([*lines, least]), MOST_LINES)


def print_on_paper(worksheet: Any, language: str, *, across: float, named: int = 1) -> None:  # noqa: ANN401
    """Print a sheet on A4 so that it can be read: headings and names are on every page.

    Args:
        worksheet: A sheet of XlsxWriter's.
        language: Language of the footer.
        across: Width of its columns together, in signs.
        named: Columns at the left that name a row; pages beside the first repeat them.
    """
    worksheet.set_landscape()
    worksheet.set_paper(9)
    worksheet.set_margins(**NARROW_MARGINS)
    worksheet.repeat_rows(0)
    if across <= MOST_ACROSS:
        worksheet.fit_to_pages(1, 0)
    else:
        worksheet.set_print_scale(HALF_SIZE)
        worksheet.print_across()
        worksheet.repeat_columns(0, named - 1)
    worksheet.set_footer(PAGE[language])
