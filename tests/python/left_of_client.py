"""Looks for a client in every file of some folders: in databases, parquet files, workbooks and text."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from pathlib import Path

import duckdb


def places_of(
    folder: Path, words: Iterable[str], amounts: Iterable[float], *, but: Iterable[str] = ()
) -> list[str]:
    """List the places where a client still is.

    Args:
        folder: It and all below it are looked through.
        words: Id and keys, as whole values of cells or words of a text.
        amounts: What the client alone has.
        but: Parts of paths that are not looked at: the bank's own extracts.

    Returns:
        Files, and tables of databases.
    """
    wanted, numbers = set(words), sorted(set(amounts))
    texts = [text.encode() for text in sorted(wanted | {repr(number) for number in numbers})]
    pattern = re.compile(rb"(?<![\w.])(" + b"|".join(map(re.escape, texts)) + rb")(?![\w.])")

    def told(data: bytes) -> bool:
        """Whether a text is there, and no part of a longer word; few files have it at all."""
        return any(text in data for text in texts) and pattern.search(data) is not None

    found = []
    connection = duckdb.connect()
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.is_symlink() or any(part in path.as_posix() for part in but):
            continue
        if path.suffix == ".duckdb":
            found += [f"{path}: {table}" for table in tables_with(connection, path, wanted, numbers)]
        elif path.suffix == ".parquet":
            connection.execute(f"create or replace view it as from '{path}'")
            found += [str(path)] if holds(connection, "it", wanted, numbers) else []
        elif path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                found += [str(path)] if any(told(book.read(name)) for name in book.namelist()) else []
        elif told(path.read_bytes()):
            found.append(str(path))
    return found


def tables_with(
    connection: duckdb.DuckDBPyConnection, path: Path, words: set[str], numbers: list[float]
) -> list[str]:
    """The tables of a database that hold the client."""
    connection.execute(f"attach '{path}' as looked_at (read_only)")
    try:
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables()"
            " where not internal and database_name = 'looked_at'"
        ).fetchall()
        names = [f'looked_at"."{schema}"."{table}' for schema, table in tables]
        found = [table for table in names if holds(connection, table, words, numbers)]
    finally:
        connection.execute("detach looked_at")
    return [table.removeprefix('looked_at"."') for table in found]


def holds(connection: duckdb.DuckDBPyConnection, table: str, words: set[str], numbers: list[float]) -> bool:
    """Whether a cell of a table is one of the words or numbers, or a line of text has such a word."""
    parts, listed = [], sorted(words)
    pattern = "(^|\\W)(" + "|".join(map(re.escape, listed)) + ")($|\\W)"
    for name, type_ in connection.execute(
        f'select column_name, column_type from (describe "{table}")'
    ).fetchall():
        if type_ == "VARCHAR":
            there = " or ".join([f'contains("{name}", ?)'] * len(listed))
            parts.append((f'(({there}) and regexp_matches("{name}", ?))', [*listed, pattern]))
        elif type_ == "DOUBLE" and numbers:
            parts.append((f'"{name}" in (select unnest(?))', [numbers]))
    if not parts:
        return False
    condition = " or ".join(part for part, _ in parts)
    [(count,)] = connection.execute(
        f'select count(*) from "{table}" where {condition}',
        [value for _, values in parts for value in values],
    ).fetchall()
    return bool(count)
