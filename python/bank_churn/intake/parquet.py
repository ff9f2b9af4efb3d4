"""What a parquet file is, in plain words: its columns and rows, or why it cannot be read."""

from __future__ import annotations

import glob

import duckdb

from bank_churn.errors import BankChurnError

DEEPEST = 20  # levels of nesting; a table of clients has none


def parquet_facts(file: str) -> tuple[tuple[str, ...], int]:
    """Read the columns of a parquet file and the number of its rows; its path is no data."""
    path = glob.escape(file)
    try:
        with duckdb.connect() as connection:
            schema = connection.execute("select name, num_children from parquet_schema(?)", [path]).fetchall()
            columns = top_level([(str(name), int(children or 0)) for name, children in schema], file)
            counted = connection.execute(
                "select count(*) from read_parquet(?, hive_partitioning = false)", [path]
            ).fetchone()
    except duckdb.Error as error:
        raise BankChurnError(f"{file} is not a whole parquet file: have it sent again.") from error
    if "file_row_number" in (name.lower() for name in columns):
        raise BankChurnError(
            f"{file} has a column file_row_number, which means something to DuckDB: rename it."
        )
    return columns, counted[0] if counted else 0


def top_level(schema: list[tuple[str, int]], file: str) -> tuple[str, ...]:
    """Take the columns of a table out of a list of everything that is nested in them.

    Args:
        schema: Name and number of children, each followed by its children; the whole table first.
        file: The file, for the message.
    """
    open_levels: list[int] = []
    names = []
    for name, children in schema:
        if len(open_levels) == 1:
            names.append(name)
        if len(open_levels) > DEEPEST:
            raise BankChurnError(
                f"{file}: values are nested in values {DEEPEST} levels deep: no table of clients."
            )
        if open_levels:
            open_levels[-1] -= 1
        open_levels.append(children)
        while open_levels and open_levels[-1] == 0:
            open_levels.pop()
    return tuple(names)


def check_pages(file: str) -> None:
    """Read a parquet file to its end, which only damage makes fail; asked for when a build has failed.

    Args:
        file: The file.

    Raises:
        BankChurnError: If it is damaged.
    """
    path = glob.escape(file)
    try:
        with duckdb.connect() as connection:
            connection.execute(
                "select max(hash(columns(*))) from read_parquet(?, hive_partitioning = false)", [path]
            ).fetchall()
    except duckdb.Error as error:
        raise BankChurnError(f"{file} is damaged: have it sent again.") from error
