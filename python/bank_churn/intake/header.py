"""Where a table begins: its header under a title, a line `sep=` or blank lines, and its separator."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median_high

from bank_churn.intake.detect import SEPARATORS, separator_of
from bank_churn.intake.text import fields_of

SAMPLE_LINES = 60
NUMBER = re.compile(r"[-+]?[\d\s.,:/]*\d[\d\s.,:/]*%?")


@dataclass(frozen=True)
class Layout:
    """How a text file is laid out.

    Attributes:
        skipped: Lines above the header.
        separator: Between fields.
    """

    skipped: int
    separator: str


def filled(row: Sequence[str]) -> int:
    """Count the fields that hold something."""
    return sum(bool(field.strip()) for field in row)


def usual_width(rows: Sequence[Sequence[str]]) -> int:
    """Say how many fields most rows have, up to the last that holds something."""
    widths = [max(n for n, field in enumerate(row, start=1) if field.strip()) for row in rows if filled(row)]
    return median_high(widths) if widths else 0


def header_place(rows: Sequence[Sequence[str]]) -> int:
    """Find the header: the first row that fills more than half of the columns, if names stand in it.

    Returns:
        How many rows stand above the header; 0 where it is not clear, so that the first row is the header.
    """
    width = usual_width(rows)
    blank = next((place for place, row in enumerate(rows) if filled(row)), 0)
    if width < 3:
        return blank
    for place, row in enumerate(rows):
        if 2 * filled(row) > width:
            is_named = not any(NUMBER.fullmatch(field.strip()) for field in row)
            return place if place == blank or is_named else blank
    return blank


def layout_of(lines: Sequence[str], *, delimiter: str | None = None, header_row: int | None = None) -> Layout:
    """Find the header and the separator of a text file.

    Args:
        lines: Its first lines.
        delimiter: The separator, if it is given.
        header_row: The number of the header's line, if it is given.
    """
    stated = re.fullmatch(r'"?sep=(.)"?', lines[0].strip("\r"), re.IGNORECASE) if lines else None
    start = 1 if stated else 0
    separator = delimiter or (stated.group(1) if stated else None)
    if header_row is not None:
        line = lines[header_row - 1] if header_row <= len(lines) else ""
        return Layout(header_row - 1, separator or separator_of(line))
    below = lines[start:]
    if separator is None:
        first = separator_of(next((line for line in below if line.strip()), ""))
        split = {sign: [fields_of(line, sign) or [line] for line in below] for sign in SEPARATORS}
        best = max(SEPARATORS, key=lambda sign: usual_width(split[sign]))
        is_clear = usual_width(split[best]) >= 3 and 2 * usual_width(split[first]) < usual_width(split[best])
        place = header_place(split[best]) if is_clear else 0
        # Where rows part by another sign than the header does, they are what is wrong.
        if place and any(split[best][place]):
            return Layout(start + place, best)
        separator = first
    rows = [fields_of(line, separator) or [line] for line in below]
    return Layout(start + header_place(rows), separator)
