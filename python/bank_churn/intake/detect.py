"""What a file is: its kind by its first bytes, its encoding by its text, its separator by its header."""

from __future__ import annotations

import gzip
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal, cast

from bank_churn.errors import BankChurnError
from bank_churn.intake.progress import Progress

Kind = Literal["csv", "parquet", "xlsx", "postgres"]
SEPARATORS = (",", ";", "\t", "|")
LONGEST_LINE = 2_000_000  # bytes; DuckDB's own limit
SAMPLE_SIZE = 65_536
NO_SEPARATOR = b"\x1f\x1e\x1d\x1c"  # what the macro `csv_lines` calls one, so that a line is one field


@dataclass
class Scan:
    """What one pass over a text file's bytes shows.

    Attributes:
        rows: Lines that are not blank, the header among them.
        bad_line: Number of the first line that is not UTF-8; 0 for none.
        bad_lines: How many lines are not UTF-8.
        good_lines: Lines with letters beyond ASCII that are UTF-8.
        odd_quotes: Whether a line has an odd number of quotes, as where a quoted field goes on below.
        odd_ends: Whether a line ends in a carriage return alone, as on old systems, or lines end in two ways:
            DuckDB would number them differently.
        sample: Up to `SAMPLE_SIZE` bytes of lines that are not UTF-8.
    """

    rows: int = 0
    bad_line: int = 0
    bad_lines: int = 0
    good_lines: int = 0
    odd_quotes: bool = False
    odd_ends: bool = False
    sample: bytearray = field(default_factory=bytearray)


@contextmanager
def opened(path: Path) -> Iterator[tuple[BinaryIO, Progress]]:
    """Open a file for reading, unpacked when it is compressed by gzip.

    Args:
        path: The file.

    Yields:
        The bytes, and a progress bar that follows them.

    Raises:
        BankChurnError: If the compressed data are damaged.
    """
    with path.open("rb") as raw, Progress(path, raw) as progress:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        try:
            yield (cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if packed else raw), progress
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise BankChurnError(f"{path} is not a whole gzip file: have it sent again.") from error


def kind_of(path: Path) -> Kind:
    """Tell the kind of a file by its first bytes, whatever its name ends in.

    Args:
        path: The file.

    Returns:
        Its kind; text of any sort is "csv".

    Raises:
        BankChurnError: If it is something that cannot be read.
    """
    with opened(path) as (raw, _):
        head = raw.read(8)
    suffix = path.suffix.lower()
    if head.startswith(b"PAR1") or suffix in (".parquet", ".pq"):
        return "parquet"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise BankChurnError(
            f"{path} is an old .xls or protected by a password: save it as .xlsx without one."
        )
    if head.startswith(b"PK"):
        try:
            names = zipfile.ZipFile(path).namelist()
        except zipfile.BadZipFile as error:
            raise BankChurnError(f"{path} is not a whole Excel file: have it sent again.") from error
        if "xl/workbook.xml" in names:
            return "xlsx"
        raise BankChurnError(
            f"{path} is an archive or another program's file: unpack it, or save it as .xlsx or csv."
        )
    if suffix in (".xlsx", ".xlsm", ".xls", ".ods", ".zip", ".json"):
        raise BankChurnError(f"{path} is neither csv nor parquet, nor a whole Excel file (.xlsx).")
    return "csv"


def byte_lines(path: Path, raw: BinaryIO, progress: Progress) -> Iterator[tuple[int, bytes]]:
    """Go through a file's lines.

    Args:
        path: The file, for the message.
        raw: Its bytes.
        progress: The bar to move.

    Yields:
        The number of each line, from 1, and its bytes.

    Raises:
        BankChurnError: If a line is too long for a table.
    """
    number = 0
    while line := raw.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE:
            raise BankChurnError(f"{path}, line {number} is longer than {LONGEST_LINE:,} bytes: not a table.")
        progress.tick(number)
        yield number, line


def scan(path: Path) -> Scan:
    """Go through a text file once.

    Args:
        path: The file.

    Returns:
        What it shows.
    """
    found, ends = Scan(), set[bytes]()
    with opened(path) as (raw, progress):
        for number, line in byte_lines(path, raw, progress):
            found.rows += line.strip(b" \r\n") != b""
            if line.count(b'"') % 2:
                found.odd_quotes = True
            if b"\r" in line.removesuffix(b"\r\n"):
                found.odd_ends = True
            ends.add(line[-2:] if line.endswith(b"\r\n") else line[-1:])
            if NO_SEPARATOR in line:
                raise BankChurnError(
                    f"{path}, line {number} holds signs that no text has: have it sent again."
                )
            if line.isascii():
                continue
            try:
                line.decode("utf-8")
                found.good_lines += 1
            except UnicodeDecodeError:
                found.bad_line = found.bad_line or number
                found.bad_lines += 1
                if len(found.sample) < SAMPLE_SIZE:
                    found.sample += line[:SAMPLE_SIZE]
    found.odd_ends = found.odd_ends or {b"\n", b"\r\n"} <= ends
    return found


def utf16_of(path: Path) -> str | None:
    """Recognise UTF-16 by its mark, or by every other byte being zero.

    Args:
        path: The file.

    Returns:
        The encoding, or None for anything else.
    """
    with opened(path) as (raw, _):
        head = raw.read(4096)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if len(head) >= 4 and head[1::2].count(0) > len(head) / 8 and not head[::2].count(0):
        return "utf-16-le"
    if len(head) >= 4 and head[::2].count(0) > len(head) / 8 and not head[1::2].count(0):
        return "utf-16-be"
    return None


def reads_as_russian(text: str) -> bool:
    """Tell Russian words from what another encoding looks like in windows-1251.

    A word counts as Russian when all of its letters are Cyrillic and its capitals stand where capitals do:
    KOI8-R read as windows-1251 has them the other way round, UTF-8 and DOS text fall apart into signs.

    Args:
        text: Some text.

    Returns:
        Whether nine words in ten are Russian, and at least one is.
    """
    good = bad = 0
    for word in re.findall(r"[^\W\d_]+", text):
        if word.isascii() or len(word) < 3:
            continue
        is_cyrillic = all("а" <= letter.lower() <= "я" or letter in "ёЁ" for letter in word)
        if is_cyrillic and (word[1:].islower() or word.isupper()):
            good += 1
        else:
            bad += 1
    return good > 0 and good >= 9 * bad


def encoding_of(path: Path, found: Scan, portfolio: str) -> str:
    """Tell the encoding of a text file.

    Args:
        path: The file.
        found: What a pass over it showed.
        portfolio: Whose file it is, for the message.

    Returns:
        "utf-8" or "cp1251".

    Raises:
        BankChurnError: If it is neither.
    """
    if not found.bad_line:
        return "utf-8"
    if found.good_lines > found.bad_lines:
        raise BankChurnError(
            f"{path}, line {found.bad_line}: not UTF-8 text, though other lines are."
            " Have the file sent again."
        )
    if reads_as_russian(bytes(found.sample).decode("cp1251", errors="replace")):
        return "cp1251"
    raise BankChurnError(
        f"{path}, line {found.bad_line}: neither UTF-8 nor windows-1251 text. Name the encoding in"
        f" dbt_project.yml, for example formats: {{{portfolio}: {{encoding: koi8-r}}}}."
    )


def separator_of(header: str) -> str:
    """Take the separator that occurs most in a header outside quotes, as the macro `csv_header` does.

    Args:
        header: The first line.

    Returns:
        One of `SEPARATORS`.
    """
    bare = re.sub('"[^"]*"', "", header)
    return max(SEPARATORS, key=bare.count)


def decimal_of(rows: list[list[str]]) -> str:
    """Name the decimal mark that numbers of a sample have.

    Args:
        rows: Fields of some rows.

    Returns:
        "point", "comma", "point and comma" or "none seen".
    """
    values = [value.strip() for row in rows for value in row]
    marks = {
        "point": any(re.fullmatch(r"-?[\d\s]+\.\d+", value) for value in values),
        "comma": any(re.fullmatch(r"-?[\d\s]+,\d+", value) for value in values),
    }
    return " and ".join(mark for mark, seen in marks.items() if seen) or "none seen"
