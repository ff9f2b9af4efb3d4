"""What a file is: its kind by its first bytes, its encoding by its text, its separator by its header."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal

from bank_churn.errors import BankChurnError
from bank_churn.intake.packing import DAMAGED, packing_of, unpacked
from bank_churn.intake.progress import Progress

Kind = Literal["csv", "parquet", "xlsx", "ods", "postgres"]
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
    """Open a file for reading, unpacked when it is compressed.

    Args:
        path: The file.

    Yields:
        The bytes, and a progress bar that follows them.

    Raises:
        BankChurnError: If the compressed data are damaged.
    """
    with path.open("rb") as raw, Progress(path, raw) as progress:
        packing = packing_of(raw)
        try:
            yield unpacked(raw, packing), progress
        except DAMAGED as error:
            if packing is None:
                raise
            raise BankChurnError(f"{path} is not a whole {packing} file: have it sent again.") from error


def kind_of(path: Path) -> Kind:
    """Tell the kind of a file by what it holds, whatever its name ends in.

    Args:
        path: The file.

    Returns:
        Its kind; text of any sort is "csv".

    Raises:
        BankChurnError: If it is something that cannot be read.
    """
    with path.open("rb") as plain:
        packing = packing_of(plain)
    with opened(path) as (raw, _):
        head = raw.read(4096)
    inner = next((name for start, name in BINARIES.items() if head.startswith(start)), "")
    if packing and inner:
        raise BankChurnError(f"{path} is {inner} inside {packing}: unpack it first.")
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK"):
        return kind_of_archive(path)
    if inner:
        raise BankChurnError(f"{path} is {inner}: {ADVICE.get(inner, 'save it as csv, .xlsx or parquet')}.")
    check_text(path, head)
    return "csv"


BINARIES = {
    b"PAR1": "a parquet file",
    b"PK": "an Excel file or an archive",
    b"PARE": "an encrypted parquet file",
    b"\xd0\xcf\x11\xe0": "an old .xls or protected by a password",
    b"%PDF": "a PDF",
    b"Rar!": "an archive (rar)",
    b"7z\xbc\xaf": "an archive (7z)",
    b"\x04\x22\x4d\x18": "compressed by lz4",
    b"\x1f\x9d": "compressed by compress (.Z)",
    b"ORC": "an ORC file",
    b"Obj\x01": "an Avro file",
    b"ARROW1": "an Arrow file",
    b"SQLite format 3": "an SQLite database",
}
"""How files begin that are no text."""
ADVICE = {
    "an old .xls or protected by a password": "save it as .xlsx without one",
    "an archive (rar)": "unpack it",
    "an archive (7z)": "unpack it",
    "compressed by lz4": "unpack it",
    "compressed by compress (.Z)": "unpack it",
}
BINARY_NAMES = (".parquet", ".pq", ".xlsx", ".xlsm", ".xls", ".ods", ".zip")


def kind_of_archive(path: Path) -> Kind:
    """Tell what a zip archive is: a workbook of one of two programs, or nothing that is read."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            is_ods = "content.xml" in names and b"spreadsheet" in archive.read("mimetype")[:200]
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise BankChurnError(f"{path} is not a whole Excel file: have it sent again.") from error
    if is_ods:
        return "ods"
    if any(name.lower() in ("xl/workbook.xml", "/xl/workbook.xml") for name in names):
        return "xlsx"
    raise BankChurnError(
        f"{path} is an archive or another program's file: unpack it, or save it as .xlsx or csv."
    )


def check_text(path: Path, head: bytes) -> None:
    """Make sure that what is no binary file can be a table in text."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<head", b"<meta")):
        raise BankChurnError(
            f"{path} is a web page or XML, whatever its name: open it in Excel and save it as .xlsx."
        )
    if re.match(rb'(\{\s*"|\[\s*[{\[])', start):
        raise BankChurnError(f"{path} is JSON: save it as csv, .xlsx or parquet.")
    if wide_encoding(head) is None and path.suffix.lower() in BINARY_NAMES:
        odd = sum(byte < 9 or 13 < byte < 32 for byte in head)
        if odd:
            raise BankChurnError(
                f"{path} is neither text nor a whole Excel or parquet file: have it sent again."
            )


def byte_lines(path: Path, raw: BinaryIO, progress: Progress) -> Iterator[tuple[int, bytes]]:
    """Go through a file's lines."""
    number = 0
    while line := raw.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE:
            raise BankChurnError(f"{path}, line {number} is longer than {LONGEST_LINE:,} bytes: not a table.")
        progress.tick(number)
        yield number, line


def scan(path: Path) -> Scan:
    """Go through a text file once."""
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
    """Recognise UTF-16 and UTF-32, see `wide_encoding`.

    Returns:
        The encoding, or None for anything else.
    """
    with opened(path) as (raw, _):
        return wide_encoding(raw.read(4096))


def wide_encoding(head: bytes) -> str | None:
    """Recognise an encoding of two or four bytes a sign by its mark, or by where its zeros are."""
    if head.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return "utf-32"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    size = len(head) // 4
    if size >= 2:
        zeros = [head[place : size * 4 : 4].count(0) == size for place in range(4)]
        if zeros[3] and zeros[2] and not zeros[0]:
            return "utf-32-le"
        if zeros[0] and zeros[1] and not zeros[3]:
            return "utf-32-be"
    if len(head) >= 4 and head[1::2].count(0) > len(head) / 8 and not head[::2].count(0):
        return "utf-16-le"
    if len(head) >= 4 and head[::2].count(0) > len(head) / 8 and not head[1::2].count(0):
        return "utf-16-be"
    return None


def reads_as_russian(text: str) -> bool:
    """Tell Russian words from what another encoding looks like in windows-1251.

    A word counts as Russian when all of its letters are Cyrillic and its capitals stand where capitals do:
    KOI8-R read as windows-1251 has them the other way round, UTF-8 and DOS text fall apart into signs.

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
    """Tell the encoding of a text file."""
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
    """Take the separator that occurs most in a header outside quotes, as the macro `csv_header` does."""
    bare = re.sub('"[^"]*"', "", header)
    return max(SEPARATORS, key=bare.count)


def decimal_of(rows: list[list[str]]) -> str:
    """Name the decimal mark that numbers of a sample have.

    Returns:
        "point", "comma", "point and comma" or "none seen".
    """
    values = [value.strip() for row in rows for value in row]
    marks = {
        "point": any(re.fullmatch(r"-?[\d\s]+\.\d+", value) for value in values),
        "comma": any(re.fullmatch(r"-?[\d\s]+,\d+", value) for value in values),
    }
    return " and ".join(mark for mark, seen in marks.items() if seen) or "none seen"
