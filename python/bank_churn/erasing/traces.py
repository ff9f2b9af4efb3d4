"""What a database knows of one client, and the same database without it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from bank_churn.publishing.publish import BLOCK_SIZES, STORAGE_VERSION
from bank_churn.tools.settings import engine_settings
from bank_churn.tools.sql import attach, literal

# Columns by which a row belongs to a client, whatever table it stands in.
KEYS = ("client_key", "person_key")


@dataclass
class Traces:
    """What there is of one client.

    Attributes:
        portfolio: Code of the portfolio.
        client_id: The bank's id.
        keys: Keys of the client's rows: one id in two cities has two.
        amounts: What the client alone has of each number.
        extracts: Files of the bank that the rows came from.
        rows: Number of rows that belong to the client.
    """

    portfolio: str
    client_id: str
    keys: set[str] = field(default_factory=set)
    amounts: set[float] = field(default_factory=set)
    extracts: set[str] = field(default_factory=set)
    rows: int = 0

    def condition(self, columns: Iterable[str]) -> str | None:
        """Write the condition that a row of a table is the client's.

        Args:
            columns: Columns of the table.

        Returns:
            SQL; None for a table without rows of clients.
        """
        names, parts = set(columns), []
        if "client_id" in names:
            of_portfolio = f"portfolio = {literal(self.portfolio)} and " if "portfolio" in names else ""
            parts.append(f"({of_portfolio}trim(cast(client_id as varchar)) = {literal(self.client_id)})")
        if {"portfolio", "person_id"} <= names:  # the id, with the city where the id alone is two people
            mine, in_cities = literal(self.client_id), literal(f"{self.client_id}|")
            person = f"(person_id = {mine} or starts_with(person_id, {in_cities}))"
            parts.append(f"(portfolio = {literal(self.portfolio)} and {person})")
        keys = ", ".join(map(literal, sorted(self.keys)))
        parts += [f"{key} in ({keys})" for key in KEYS if key in names and keys]
        return " or ".join(parts) or None


def tables_of(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, dict[str, str]]:
    """List the tables of a database.

    Returns:
        Type by column, by table: its schema and name, to be put in quotes.
    """
    found: dict[str, dict[str, str]] = {}
    for schema, table, column, type_ in connection.execute(
        """select schema_name, table_name, column_name, data_type
        from duckdb_columns() inner join duckdb_tables() using (database_name, schema_name, table_name)
        where database_name = ? order by column_index""",
        [database],
    ).fetchall():
        found.setdefault(f'{schema}"."{table}', {})[column] = type_
    return found


def traces_in(path: Path, portfolio: str, client_id: str) -> Traces:
    """Look for a client in a database.

    Returns:
        What there is; no rows if nothing.
    """
    found = Traces(portfolio, client_id)
    with duckdb.connect(config=engine_settings()) as connection:
        attach(connection, path, "looked_at")
        tables = tables_of(connection, "looked_at")
        for table, columns in tables.items():
            if {"client_id", "client_key"} <= columns.keys():
                condition = found.condition(
                    ["portfolio", "client_id"] if "portfolio" in columns else ["client_id"]
                )
                rows = connection.execute(
                    f'select client_key from looked_at."{table}" where {condition}'
                ).fetchall()
                found.keys |= {key for (key,) in rows if key}
        for table, columns in tables.items():
            condition = found.condition(columns)
            if condition is None:
                continue
            cursor = connection.execute(f'select * from looked_at."{table}" where {condition}')
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                found.rows += 1
                cells = dict(zip(names, row, strict=True))
                found.extracts |= {str(cells["source_file"])} if cells.get("source_file") else set()
                if "client_id" in cells:
                    found.amounts |= {cell for cell in row if isinstance(cell, float) and cell % 1}
    return found


def without(path: Path, new: Path, traces: Traces, *, tables: set[str] | None = None) -> bool:
    """Write a database anew without a client: nothing of the old file's free pages comes along.

    Args:
        path: The database.
        new: Where to write.
        traces: The client.
        tables: The tables to keep, as they are kept for themselves; None for all.

    Returns:
        Whether anything was kept.
    """
    smaller = new.with_name(f"{new.name}.smaller")
    audience = "clients" if path.name.startswith("bank_churn_clients") else "everyone"
    written = f"storage_version '{STORAGE_VERSION}', block_size {BLOCK_SIZES[audience]}"
    with duckdb.connect(config=engine_settings()) as connection:
        attach(connection, path, "before")
        attach(connection, smaller, "during", written)
        connection.execute("copy from database before to during")
        kept = tables_of(connection, "during")
        connection.execute("use during")
        for table, columns in kept.items():
            if tables is not None and table.rpartition('"')[2] not in tables:
                connection.execute(f'drop table "{table}"')
                continue
            for condition in conditions(columns, traces):
                connection.execute(f'delete from "{table}" where {condition}')
        if tables is not None:
            for (view,) in connection.execute(
                "select view_name from duckdb_views() where database_name = 'during' and not internal"
            ).fetchall():
                connection.execute(f'drop view "{view}"')
        connection.execute("checkpoint during")
        attach(connection, new, "after", written)
        connection.execute("copy from database during to after")
        connection.execute("checkpoint after")
    smaller.unlink()
    return tables is None or any(table.rpartition('"')[2] in tables for table in kept)


def conditions(columns: dict[str, str], traces: Traces) -> list[str]:
    """Write the conditions of the rows of a table that go.

    Args:
        columns: Type by column.
        traces: The client.

    Returns:
        SQL: rows of the client; elsewhere rows with an amount that only this client has.
    """
    mine = traces.condition(columns)
    if mine is not None:
        return [mine]
    amounts = ", ".join(f"{amount!r}" for amount in sorted(traces.amounts))
    if not amounts:
        return []
    alone = " and client_count <= 1" if "client_count" in columns else ""
    return [f'"{column}" in ({amounts}){alone}' for column, type_ in columns.items() if type_ == "DOUBLE"]
