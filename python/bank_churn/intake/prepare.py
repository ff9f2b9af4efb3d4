"""Before dbt: find what each extract is, and write a plain copy of those that dbt cannot read."""

from __future__ import annotations

import glob
import json
import os
import shutil
import stat
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb

from bank_churn.errors import BankChurnError, InputError
from bank_churn.intake.detect import (
    Kind,
    decimal_of,
    encoding_of,
    kind_of,
    opened,
    scan,
    utf16_of,
)
from bank_churn.intake.header import SAMPLE_LINES, Layout, layout_of
from bank_churn.intake.options import Options, options_of
from bank_churn.intake.packing import SUFFIXES, packing_of
from bank_churn.intake.parquet import parquet_facts
from bank_churn.intake.postgres import (
    Table,
    is_address,
    table_columns,
    table_copy,
    table_of,
    table_records,
)
from bank_churn.intake.sheet import Page, open_page
from bank_churn.intake.text import fields_of, header_of, names_of, records, text_lines, write_records
from bank_churn.tools.screen import number, screen
from bank_churn.tools.sql import literal
from bank_churn.words.safe_text import shown
from bank_churn.words.speech import said

SAMPLE_ROWS = 200
SAMPLE_BYTES = 65_536
SEVERAL = 3  # more files than these, alike and in one folder, are told in one line
ENCODING_NAMES = {"utf-8": "UTF-8", "cp1251": "windows-1251"}


@dataclass(frozen=True)
class Found:
    """What a file of a portfolio is.

    Attributes:
        portfolio: Whose file it is.
        file: The user's own path, which everything about the data names.
        path: What dbt reads: the same, or a plain copy.
        kind: The user's file's kind.
        separator: Between the fields of what dbt reads; empty for parquet.
        columns: Column names as written.
        row_count: Rows under the header that are not blank.
        told: The format in words.
        stamp: What changes when somebody writes to the user's file; None for a table.
    """

    portfolio: str
    file: str
    path: str
    kind: Kind
    separator: str
    columns: tuple[str, ...]
    row_count: int
    told: str
    stamp: tuple[int, int, int] | None = None

    @property
    def is_copy(self) -> bool:
        """Whether dbt reads a copy of the user's data."""
        return self.stamp is None or self.path != self.file


def portfolio_files(location: str) -> list[str]:
    """List the files that a path, a folder or a glob names, as the macro `files_at` does.

    Args:
        location: A path, a folder, a glob, or the address of a table, which names itself.

    Returns:
        The files, in alphabetical order; none is left to dbt to complain about.
    """
    if is_address(location) or Path(location).is_file():
        return [location]
    try:
        with duckdb.connect() as connection:
            if Path(location).is_dir():
                folder = location.rstrip("/")
                query = IN_FOLDER.format(folder=literal(folder), pattern=literal(f"{glob.escape(folder)}/**"))
            else:
                query = f"select file from glob({literal(location)}) order by file"
            return [file for (file,) in connection.execute(query).fetchall()]
    except duckdb.Error:
        return []


IN_FOLDER = """select file from glob({pattern})
    where not regexp_matches(substr(file, length({folder}) + 1), '[/][._]') order by file"""
"""The files below a folder, without what programs leave there, such as `_SUCCESS` and `.part.crc`."""


def is_on_cluster(location: str) -> bool:
    """Tell what Spark reads by itself: a table of its catalog, files at an address that is no database's."""
    return location.startswith("table:") or (is_address(location) and not location.startswith("postgres"))


def extracts(settings: dict[str, Any], *, on_cluster: bool = False) -> list[tuple[str, str]]:
    """List the files of every portfolio that is switched on.

    Args:
        settings: The vars.
        on_cluster: Whether Spark reads the extracts: it reads some by itself, which are left out.

    Returns:
        Portfolio and file.

    Raises:
        InputError: If there is no file where one is said to be.
    """
    found = []
    for portfolio in settings.get("portfolios") or []:
        location = os.environ.get(f"{str(portfolio).upper()}_CLIENTS", "demo").strip()
        if location == "demo":
            location = f"data/raw/demo/{portfolio}_demo.csv"
        if on_cluster and is_on_cluster(location):
            continue
        files = portfolio_files(location) if location else []
        if location and not files:
            raise missing(str(portfolio), location)
        found += [(str(portfolio), file) for file in files]
    return found


def holdings(settings: dict[str, Any], *, on_cluster: bool = False) -> list[tuple[str, str]]:
    """List the second files, which client holds which product, of the portfolios that are switched on.

    Args:
        settings: The vars.
        on_cluster: Whether Spark reads the extracts: it reads some by itself, which are left out.

    Returns:
        Portfolio and file.

    Raises:
        InputError: If there is no file where one is said to be.
    """
    banks = settings.get("portfolios") or {}
    found = []
    for portfolio, facts in banks.items() if isinstance(banks, dict) else ():
        if ((facts or {}).get("holdings") or {}).get("form") != "file":
            continue
        clients = os.environ.get(f"{portfolio.upper()}_CLIENTS", "demo").strip()
        location = os.environ.get(f"{portfolio.upper()}_HOLDINGS", "demo").strip()
        if location == "demo":
            location = f"data/raw/demo/{portfolio}_holdings_demo.csv" if clients == "demo" else ""
        if not clients or not location or (on_cluster and is_on_cluster(location)):
            continue
        files = portfolio_files(location)
        if not files:
            raise InputError(
                f"{portfolio.upper()}_HOLDINGS: no file at {shown(location)}. Give the path of a file or"
                " folder, or a glob; set it to nothing where nobody says which products clients hold."
            )
        found += [(str(portfolio), file) for file in files]
    return found


def missing(portfolio: str, location: str) -> InputError:
    """Say that there is no file where an extract should be, as the macro `client_files` does."""
    variable = f"{portfolio.upper()}_CLIENTS"
    if location == f"data/raw/demo/{portfolio}_demo.csv":
        return InputError(
            f"No demo data at {location}: set {variable} to your extract (empty switches the portfolio off),"
            " or run `bank_churn demo`, which knows metanprom and bank_scrooge."
        )
    return InputError(
        f"{variable}: no file at {shown(location)}. Give the path of a file or folder, or a glob."
    )


def stamp_of(file: str) -> tuple[int, int, int]:
    """Take what changes when somebody writes to a file or puts another one in its place.

    Args:
        file: The file.

    Returns:
        Its number on the disk, its size and the time of its last change.

    Raises:
        BankChurnError: If it is something else, such as a folder or a pipe that would never end.
    """
    status = os.stat(file)
    if not stat.S_ISREG(status.st_mode):
        raise BankChurnError(f"{file} is no file: give the path or glob of an extract.")
    return status.st_ino, status.st_size, status.st_mtime_ns


def check_unchanged(found: Iterable[Found]) -> None:
    """Make sure that files are what they were when they were first looked at.

    Args:
        found: The files.

    Raises:
        BankChurnError: If one was written to, replaced or removed meanwhile.
    """
    for one in found:
        try:
            is_same = one.stamp is None or stamp_of(one.file) == one.stamp
        except OSError:
            is_same = False
        if not is_same:
            raise BankChurnError(
                f"{shown(one.file)} changed while it was being read: run this again when it is complete."
            )


def copy_table(portfolio: str, table: Table, copy: Path) -> Found:
    """Write a table of Postgres as a csv file that dbt reads.

    Returns:
        What the table is; the copy stands for the user's file.
    """
    rows = table_records(table)
    header = next(rows)
    with copy.open("w", encoding="utf-8", newline="\n") as target:
        count = max(write_records(header, rows, target, told=f"Table {table.name}") - 1, 0)
    columns = tuple(fields_of(header[0], ",") or ())
    told = said("table {name} in Postgres, {rows} rows", name=shown(table.name), rows=number(count))
    return Found(portfolio, str(copy), str(copy), "postgres", ",", columns, count, told)


def read_parquet_facts(portfolio: str, file: str) -> Found:
    """Describe a parquet file, which dbt reads as it stands."""
    columns, rows = parquet_facts(file)
    told = f"parquet, {said('{rows} rows', rows=number(rows))}"
    return Found(portfolio, file, file, "parquet", "", columns, rows, told)


def copy_sheet(portfolio: str, file: str, options: Options, copy: Path, page: Page) -> Found:
    """Write a sheet as a csv file that dbt reads."""
    rows = page.records
    header = next(rows, ("", 0))
    with copy.open("w", encoding="utf-8", newline="\n") as target:
        count = max(write_records(header, rows, target, told=file) - 1, 0)
    is_named = options.sheet or page.is_chosen
    named = said("sheet {name}", name=shown(page.name)) if is_named else said("first sheet")
    place = [said("header in row {row}", row=header[1])] if header[1] > 1 else []
    told = ", ".join([page.program, named, *place, said("{rows} rows", rows=number(count))])
    columns, _ = names_of(header[0], ",")
    return Found(portfolio, file, str(copy), page.kind, ",", columns, count, told)


def read_text_file(portfolio: str, file: str, options: Options, copy: Path) -> Found:
    """Describe a text file, and write a plain copy when dbt cannot read it as it stands."""
    path = Path(file)
    encoding, plain, rows = options.encoding or utf16_of(path), False, 0
    if encoding is None or encoding.lower().replace("_", "-") in ("utf-8", "utf8", "utf-8-sig"):
        seen = scan(path)
        if encoding and seen.bad_line:
            raise BankChurnError(f"{file}, line {seen.bad_line}: not UTF-8 text, though formats says so.")
        encoding = encoding_of(path, seen, portfolio)
        with path.open("rb") as raw:
            packing = packing_of(raw)
        is_odd = seen.odd_quotes or seen.odd_ends
        # DuckDB unpacks by the name.
        is_told = file.lower().endswith(".gz") if packing == "gzip" else not file.lower().endswith(SUFFIXES)
        plain = encoding == "utf-8" and not is_odd and packing in (None, "gzip") and is_told
        rows = seen.rows
    layout = text_layout(path, encoding, options)
    header, sample = first_rows(path, encoding, layout)
    separator = layout.separator
    columns, width = names_of(header[0], separator)
    if not header[0].strip(f" {separator}"):
        raise BankChurnError(f"{file} is empty: the first line must hold the column names.")
    if not plain or layout.skipped or not unicodedata.is_normalized("NFC", header[0]):
        plain = False
        lines = text_lines(path, encoding)
        header = header_under(lines, layout)
        fields = records(lines, separator, width, len(columns))
        with copy.open("w", encoding="utf-8", newline="\n") as target:
            rows = write_records(header, fields, target, told=file)
    told = ", ".join(
        [
            f"csv, {ENCODING_NAMES.get(encoding, encoding)}",
            said('separator "{sign}"', sign=said("tab") if separator == "\t" else separator),
            *([said("header in line {line}", line=layout.skipped + 1)] if layout.skipped else []),
            said(f"decimal {options.decimal or decimal_of(sample)}"),
            said("{rows} rows", rows=number(max(rows - 1, 0))),
        ]
    )
    return Found(
        portfolio, file, file if plain else str(copy), "csv", separator, columns, max(rows - 1, 0), told
    )


def text_layout(path: Path, encoding: str, options: Options) -> Layout:
    """Find where the header of a text file is, and its separator."""
    lines = text_lines(path, encoding, errors="replace")
    first = list(islice(lines, max(SAMPLE_LINES, options.header_row or 0)))
    lines.close()  # type: ignore[attr-defined]
    return layout_of(first, delimiter=options.delimiter, header_row=options.header_row)


def header_under(lines: Iterator[str], layout: Layout) -> tuple[str, int]:
    """Take the header off a file's lines, and what stands above it.

    Args:
        lines: The file's lines; those down to the header are used up.
        layout: Where the header is.
    """
    above = sum(1 for _ in islice(lines, layout.skipped))
    header, taken = header_of(lines)
    return unicodedata.normalize("NFC", header), above + taken


def first_rows(path: Path, encoding: str, layout: Layout) -> tuple[tuple[str, int], list[list[str]]]:
    """Read the header and a sample of the rows under it."""
    lines = text_lines(path, encoding)
    header = header_under(lines, layout)
    sample = []
    for line in islice(lines, SAMPLE_ROWS):
        sample.append(fields_of(line, layout.separator) or [])
    lines.close()  # type: ignore[attr-defined]
    return header, sample


def read_file(portfolio: str, file: str, options: Options, folder: Path) -> Found:
    """Find out what a file is.

    Args:
        portfolio: Whose file it is.
        file: The file.
        options: What is not to be guessed.
        folder: Where a plain copy may be written.

    Returns:
        What it is.

    Raises:
        BankChurnError: If it cannot be read.
    """
    table = table_of(file) if is_address(file) else None
    copy = table_copy(folder, portfolio, table) if table else folder / f"{uuid4().hex}.csv"
    told = f"table {table.name}" if table else file
    try:
        if table:
            return copy_table(portfolio, table, copy)
        stamp = stamp_of(file)
        found = replace(read_kind(portfolio, file, options, copy), stamp=stamp)
    except OSError as error:
        copy.unlink(missing_ok=True)
        culprit = error.filename or told
        raise BankChurnError(
            f"{shown(str(culprit))}: {error.strerror or error} (while reading {shown(told)})."
        ) from error
    check_unchanged([found])
    return found


def read_kind(portfolio: str, file: str, options: Options, copy: Path) -> Found:
    """Find out what a file is by its kind.

    Args:
        portfolio: Whose file it is.
        file: The file.
        options: What is not to be guessed.
        copy: The file to write if dbt cannot read it as it stands.
    """
    kind = kind_of(Path(file))
    if kind == "parquet":
        return read_parquet_facts(portfolio, file)
    if kind in ("xlsx", "ods"):
        with open_page(Path(file), kind, options) as page:
            return copy_sheet(portfolio, file, options, copy, page)
    return read_text_file(portfolio, file, options, copy)


def columns_of(portfolio: str, file: str, options: Options) -> tuple[str, ...]:
    """Read the column names of a file, and nothing under them.

    Args:
        portfolio: Whose file it is.
        file: The file, or the address of a table.
        options: What is not to be guessed.

    Returns:
        The names as written; an encoding that only a whole reading tells is taken for windows-1251.

    Raises:
        BankChurnError: If it cannot be read.
    """
    if is_address(file):
        return table_columns(table_of(file))
    try:
        path = Path(file)
        stamp_of(file)  # a pipe would be waited for
        kind = kind_of(path)
        if kind == "parquet":
            return read_parquet_facts(portfolio, file).columns
        if kind in ("xlsx", "ods"):
            with open_page(path, kind, options) as page:
                header, _ = next(page.records, ("", 0))
            return names_of(header, ",")[0]
        with opened(path) as (raw, _):
            head = raw.read(SAMPLE_BYTES)
        whole = head[: head.rfind(b"\n") + 1] or head
        guess = "utf-8" if whole.decode("utf-8", errors="replace").encode() == whole else "cp1251"
        encoding = options.encoding or utf16_of(path) or guess
        layout = text_layout(path, encoding, options)
        lines = text_lines(path, encoding, errors="replace")
        header, _ = header_under(lines, layout)
        lines.close()  # type: ignore[attr-defined]
        names, _ = names_of(header, layout.separator)
        if not names:
            raise BankChurnError(f"{shown(file)} is empty: the first line must hold the column names.")
        return names
    except OSError as error:
        raise BankChurnError(f"{shown(file)}: {error.strerror or error}.") from error


def prepare(
    *,
    settings: dict[str, Any],
    folder: Path,
    on_cluster: bool = False,
    only: Mapping[str, Collection[str]] | None = None,
) -> list[Found]:
    """Find out what every extract is, and leave dbt a note of where to read it.

    Args:
        settings: The project's vars.
        folder: A private folder of plain copies; what an earlier build left there goes.
        on_cluster: Whether Spark reads the extracts: it reads some by itself, which are left out.
        only: By portfolio, the files that are to be read, where not all are.

    Returns:
        What the files are. The note is `files.json` in that folder.

    Raises:
        BankChurnError: If a file cannot be read.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    wanted = [
        (portfolio, file)
        for portfolio, file in extracts(settings, on_cluster=on_cluster)
        if portfolio not in (only or {}) or file in (only or {})[portfolio]
    ]
    found = [
        read_file(portfolio, file, options_of(settings, portfolio), folder)
        for portfolio, file in [*wanted, *holdings(settings, on_cluster=on_cluster)]
    ]
    note = folder / "files.json"
    note.write_text(
        json.dumps(
            {
                one.file: {
                    "path": one.path,
                    "kind": "parquet" if one.kind == "parquet" else "csv",
                    "separator": one.separator,
                    "is_copy": one.is_copy,
                    "is_known": True,
                    "row_count": one.row_count,
                }
                for one in found
            }
        ),
        encoding="utf-8",
    )
    return found


def print_formats(found: list[Found], *, generated: Path | None = None) -> None:
    """Print one line about each file, or about many alike in one folder; those of the demo are all alike."""
    alike: dict[tuple[str, Path, str], list[Found]] = defaultdict(list)
    for one in found:
        alike[one.portfolio, Path(one.file).parent, one.told.rpartition(", ")[0]].append(one)
    for (portfolio, folder, form), files in alike.items():
        is_generated = generated is not None and folder == generated
        with screen.brief() if len(files) > SEVERAL else nullcontext():
            for one in files:
                rows = said("{rows} rows", rows=number(one.row_count))
                facts = {"portfolio": portfolio, "file": one.file, "rows": one.row_count}
                told = rows if is_generated else one.told
                screen.line(f"{portfolio}: {shown(one.file)}: {told}", event="extract", **facts)
        if len(files) > SEVERAL and not screen.is_verbose:
            rows = number(sum(one.row_count for one in files))
            told = said("{count} files, {rows} rows in all", count=number(len(files)), rows=rows)
            screen.line(f"{portfolio}: {shown(str(folder))}: {', '.join(filter(None, [form, told]))}")
