"""What all sheets of a workbook share: their data, their cell formats, and the writing of a cell."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import xlsxwriter

from bank_churn.words.safe_text import shown

# A longer list is nobody's to read; writing it would take minutes. The parquet file holds all of it.
MAX_ROWS = 100_000
LONGEST_CELL = 32_767  # signs; of a longer text Excel would show nothing


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
