"""One sheet of an Excel workbook as records, each on the line of its row."""

from __future__ import annotations

import datetime
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

import openpyxl

from bank_churn.errors import BankChurnError
from bank_churn.intake.text import JOINT


def cell_text(value: object) -> str:
    """Write a cell as a csv field.

    Args:
        value: What the cell holds.

    Returns:
        Its text: whole numbers without a fraction, so that ids match those of a csv file.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat().removesuffix("T00:00:00")
    text = re.sub(r"\r\n|\r|\n", JOINT, str(value))
    return '"' + text.replace('"', '""') + '"' if "," in text or '"' in text else text


def has_formulas(part: IO[bytes]) -> bool:
    """Tell whether a sheet holds a formula, a piece of its text at a time.

    Args:
        part: The sheet's XML.

    Returns:
        Whether it does.
    """
    tail = b""
    while piece := part.read(1 << 20):
        if re.search(rb"<(\w+:)?f[\s/>]", tail + piece):
            return True
        tail = piece[-50:]
    return False


def check_formulas(path: Path, part: str) -> None:
    """Make sure that every formula of a sheet has its value beside it: only Excel can work one out.

    Args:
        path: The workbook.
        part: Name of the sheet's XML inside it.

    Raises:
        BankChurnError: If a formula has none, as in a workbook that a program wrote and nobody opened since.
    """
    with zipfile.ZipFile(path) as archive:
        with archive.open(part) as xml:
            if not has_formulas(xml):
                return
        with archive.open(part) as xml:
            for _, element in ElementTree.iterparse(xml):
                kind = element.tag.rpartition("}")[2]
                parts = {child.tag.rpartition("}")[2]: child.text for child in element} if kind == "c" else {}
                # A formula whose value is an empty text says that it is a text.
                if "f" in parts and not parts.get("v") and element.get("t") != "str":
                    raise BankChurnError(
                        f"{path}, cell {element.get('r', '?')}: a formula without its value. Open the file in"
                        " Excel and save it, or replace formulas by their values."
                    )
                if kind == "row":
                    element.clear()


def sheet_records(path: Path, sheet: str | None) -> Iterator[tuple[str, int]]:
    """Read a sheet row by row; the first row that is not empty is the header.

    Args:
        path: The workbook.
        sheet: Name of the sheet; None for the first.

    Yields:
        The header with the number of rows down to it, then each row.

    Raises:
        BankChurnError: If there is no such sheet, a formula has no value, or the workbook is damaged.
    """
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        named = {page.title: page for page in book.worksheets}
        if not named or (sheet is not None and sheet not in named):
            raise BankChurnError(
                f"{path} has no sheet {sheet!r}; sheets found: {', '.join(named) or 'none'}."
            )
        page = named[sheet] if sheet is not None else book.worksheets[0]
        check_formulas(path, page._worksheet_path)  # openpyxl is pinned; it tells the place by no other name
        page.reset_dimensions()
        width = skipped = 0
        for row in page.iter_rows(values_only=True):
            fields = [cell_text(value) for value in row]
            while fields and fields[-1] == "" and (not width or len(fields) > width):
                fields.pop()
            if not width:
                width, skipped = len(fields), skipped + 1
                if width:
                    yield ",".join(fields), skipped
                continue
            yield (",".join(fields + [""] * (width - len(fields))) if any(fields) else ""), 1
        book.close()
    except BankChurnError:
        raise
    except Exception as error:  # openpyxl tells damage by whatever breaks first
        raise BankChurnError(f"{path} is not a whole Excel file: save it in Excel again.") from error
