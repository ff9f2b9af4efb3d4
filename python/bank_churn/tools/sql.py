"""Text as SQL, and what SQL says of a database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb


def literal(text: str) -> str:
    """Quote text as a SQL literal.

    Args:
        text: Any text.

    Returns:
        The text in single quotes.

    Examples:
        >>> literal("client's")
        "'client''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def attach(
    connection: duckdb.DuckDBPyConnection, database: Path, name: str, options: str = "read_only"
) -> None:
    """Open a database file beside others, under a name; by default it is only read."""
    connection.execute(f'attach {literal(str(database))} as "{name}" ({options})')


def tables_in(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Name the tables of a database."""
    return {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}


def as_dicts(found: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Give the rows that a query found with the names of their columns."""
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
