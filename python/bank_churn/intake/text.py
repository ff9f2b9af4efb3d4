"""A text file in any encoding as UTF-8 lines: one record a line, on the line where it begins in the file."""

from __future__ import annotations

import io
import re
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from bank_churn.errors import BankChurnError
from bank_churn.intake.detect import LONGEST_LINE, NO_SEPARATOR, opened

# Stands for a line break inside a quoted field, and is in no alphabet. `read_csv_clients` turns it back.
JOINT = "\ue000"
LONGEST_RECORD = 100  # lines


def fields_of(line: str, separator: str) -> list[str] | None:
    """Split a record as the macro `split_lines` does.

    Args:
        line: The record.
        separator: One character.

    Returns:
        Its fields, or None when its quotes are broken.
    """
    if '"' not in line:
        return line.split(separator)
    sign = re.escape(separator)
    parts = re.findall(f'( *"(?:[^"]|"")*" *|[^"{sign}]*){sign}', line + separator)
    if sum(len(part) + 1 for part in parts) != len(line) + 1:
        return None
    return [part.strip(" ")[1:-1].replace('""', '"') if '"' in part else part for part in parts]


def names_of(header: str, separator: str) -> tuple[tuple[str, ...], int]:
    """Split a header.

    Args:
        header: The header.
        separator: One character.

    Returns:
        The names of the columns, without empty ones at the end, and how many fields there are with those.
    """
    fields = [name.strip() for name in fields_of(header, separator) or ()]
    names = list(fields)
    while names and not names[-1]:
        names.pop()
    return tuple(names), len(fields)


def fits(fields: list[str] | None, named: int, width: int) -> bool:
    """Say whether a row has as many fields as the header, but for empty ones at the end.

    Args:
        fields: The row's fields, or None when its quotes are broken.
        named: How many columns have a name.
        width: How many fields the header has.

    Returns:
        Whether it does; `read_csv_clients` judges in the same way.
    """
    return fields is not None and len(fields) >= named and not any(fields[width:])


def records(
    lines: Iterable[str], separator: str, width: int, named: int | None = None
) -> Iterator[tuple[str, int]]:
    """Join the lines of a record whose quoted field holds line breaks.

    Lines are joined only when that makes a whole record, and when none of those joined to the first could be
    a record of its own: a quote forgotten in one row must not swallow the rows after it.

    Args:
        lines: Lines without their ends.
        separator: One character.
        width: Number of fields of a record.
        named: How many of them have a name; None for all.

    Yields:
        Each record, and how many lines it took.
    """
    source = iter(lines)
    waiting: deque[str] = deque()
    while True:
        line = waiting.popleft() if waiting else next(source, None)
        if line is None:
            return
        if line.count('"') % 2 == 0:
            yield line, 1
            continue
        parts, quotes = [line], line.count('"')
        while quotes % 2 and len(parts) < LONGEST_RECORD:
            further = waiting.popleft() if waiting else next(source, None)
            if further is None:
                break
            parts.append(further)
            quotes += further.count('"')
            if width > 1 and further.count(separator) >= width - 1:
                break
        joined = JOINT.join(parts)
        whole = fields_of(joined, separator)
        lonely = all(width == 1 or part.count(separator) < width - 1 for part in parts[1:])
        if len(parts) > 1 and lonely and fits(whole, named or width, width):
            yield joined, len(parts)
        else:
            waiting.extendleft(reversed(parts[1:]))
            yield line, 1


def text_lines(path: Path, encoding: str, *, errors: str = "strict") -> Iterator[str]:
    """Decode a file, a piece at a time.

    Args:
        path: The file.
        encoding: Its encoding.
        errors: What becomes of bytes that are no text, as Python's `open` calls it.

    Yields:
        Its lines, without their ends and without a byte order mark.

    Raises:
        BankChurnError: If its bytes are not text in that encoding, or a line is too long for a table.
    """
    number = 0
    with opened(path) as (raw, progress):
        text = io.TextIOWrapper(raw, encoding=encoding, errors=errors, newline=None)
        try:
            while line := text.readline(LONGEST_LINE):
                number += 1
                if len(line) == LONGEST_LINE:
                    raise BankChurnError(
                        f"{path}, line {number} is longer than {LONGEST_LINE:,} signs: not a table."
                    )
                progress.tick(number)
                line = line.rstrip("\n")
                yield line.removeprefix("\ufeff") if number == 1 else line
        except UnicodeError as error:
            raise BankChurnError(
                f"{path}, after line {number}: not {encoding} text. Name the encoding in the var formats."
            ) from error
        finally:
            text.detach()


def header_of(lines: Iterator[str]) -> tuple[str, int]:
    """Take the header off a file's lines; a column name may hold line breaks in quotes.

    Args:
        lines: The file's lines; the header's are used up.

    Returns:
        The header as one line, and how many lines it took; 0 for an empty file.
    """
    parts: list[str] = []
    for line in lines:
        parts.append(line)
        if sum(part.count('"') for part in parts) % 2 == 0 or len(parts) == LONGEST_RECORD:
            break
    return JOINT.join(parts), len(parts)


def write_records(
    header: tuple[str, int], rows: Iterable[tuple[str, int]], target: TextIO, *, told: str
) -> int:
    """Write records so that each stands on the line where it began in the user's file.

    Args:
        header: The header and how many lines it took.
        rows: The records and how many lines each took.
        target: The file to write.
        told: What the user's file is called, for the message.

    Returns:
        How many records, the header among them, are not blank.

    Raises:
        BankChurnError: If a record holds the sign by which DuckDB would split it.
    """
    separator = NO_SEPARATOR.decode()
    target.write(header[0] + "\n" * max(header[1], 1))
    count = int(header[0].strip(" ") != "")
    for line, taken in rows:
        if separator in line:
            raise BankChurnError(f"{told} holds signs that no text has: have it sent again.")
        target.write(line + "\n" * taken)
        count += line.strip(" ") != ""
    return count
