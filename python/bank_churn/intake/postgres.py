"""A table in Postgres as records. Nothing here ever shows an address: it may hold a password."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from bank_churn.errors import BankChurnError
from bank_churn.intake.sheet import cell_text, csv_field

if TYPE_CHECKING:
    import psycopg

ROWS_AT_A_TIME = 10_000
SECONDS_TO_CONNECT = 10
EXAMPLE = "postgresql://user@host/database?table=schema.table"


@dataclass(frozen=True)
class Table:
    """A table of a Postgres database.

    Attributes:
        name: The table's name, with or without its schema.
        address: Where its database is, for libpq; not shown in any message or by `repr`.
    """

    name: str
    address: str = field(repr=False)


def is_address(location: str) -> bool:
    """Tell an address from a path or glob.

    Args:
        location: What a user gave for an extract.

    Returns:
        Whether it begins as an address does.
    """
    return re.match(r"\w+://", location) is not None


def table_of(address: str) -> Table:
    """Read an address such as `EXAMPLE`.

    Args:
        address: The address of a database with the table as one of its parameters.

    Returns:
        The table.

    Raises:
        BankChurnError: If it is the address of something else, or names no table.
    """
    try:
        parts = urlsplit(address)
        parameters = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        parts, parameters = urlsplit(""), []
    names = [value for name, value in parameters if name == "table"]
    if re.match(r"(https?|ftp|s3|gs|abfss?|wasbs?|hdfs)://", address, re.IGNORECASE):
        raise BankChurnError(
            f"Files are not read from an address ({address.split('://')[0]}://…): download it, and give the"
            " path of the file, a folder or a glob."
        )
    if parts.scheme not in ("postgresql", "postgres") or len(names) != 1 or not names[0].strip("."):
        raise BankChurnError(
            f"Of addresses only that of a table in Postgres is read, such as {EXAMPLE}; signs such as @ / # ?"
            " in a password are written as %40 %2F %23 %3F."
        )
    others = urlencode([pair for pair in parameters if pair[0] != "table"], quote_via=quote)
    return Table(name=names[0], address=urlunsplit(parts._replace(query=others)))


def table_copy(folder: Path, portfolio: str, table: Table) -> Path:
    """Name the csv file that stands for a table in everything that follows.

    Args:
        folder: The private folder of plain copies.
        portfolio: Whose table it is.
        table: The table.

    Returns:
        A path in that folder, whatever signs the table's name holds.
    """
    name = re.sub(r"[^\w.]", "_", table.name)[:100]
    return folder / f"{portfolio}-{name}.csv"


@contextmanager
def connected(table: Table) -> Iterator[psycopg.Connection]:
    """Connect to a table's database for reading only."""
    try:
        import psycopg
    except ImportError as error:
        raise BankChurnError(
            "Reading a table in Postgres needs the package psycopg: run `make setup-postgres` once."
        ) from error
    try:
        connection = psycopg.connect(
            table.address,
            connect_timeout=SECONDS_TO_CONNECT,
            client_encoding="utf8",
            application_name="bank_churn",
        )
    except (psycopg.Error, UnicodeError):
        # libpq quotes parts of an address that it cannot read, so neither its words nor the cause are shown.
        raise BankChurnError(
            f"There is no connection to the Postgres database of table {table.name}: try `psql` with the same"
            " address without its parameter table."
        ) from None
    try:
        with connection:
            connection.read_only = True
            yield connection
    except psycopg.Error as error:
        told = error.diag.message_primary or "the connection broke"
        raise BankChurnError(f"Table {table.name} in Postgres cannot be read: {told}.") from None


def column_names(connection: psycopg.Connection, table: Table) -> tuple[str, ...]:
    """Read the column names of a table."""
    from psycopg import sql

    query = sql.SQL("select * from {} limit 0").format(sql.Identifier(*table.name.split(".")))
    return tuple(column.name for column in connection.execute(query).description or [])


def table_columns(table: Table) -> tuple[str, ...]:
    """Read the column names of a table in a connection of its own."""
    with connected(table) as connection:
        return column_names(connection, table)


def table_records(table: Table) -> Iterator[tuple[str, int]]:
    """Read a table row by row from one state of its database, whatever is written to it meanwhile.

    The cursor is the server's: only `ROWS_AT_A_TIME` rows are held here at once. The server turns every
    value into text.
    """
    with connected(table) as connection:
        from psycopg import sql

        names = column_names(connection, table)
        yield ",".join(csv_field(name) for name in names), 1
        texts = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(name)) for name in names)
        place = sql.Identifier(*table.name.split("."))
        with connection.cursor(name="bank_churn") as cursor:
            cursor.itersize = ROWS_AT_A_TIME
            for row in cursor.execute(sql.SQL("select {} from {}").format(texts, place)):
                yield ",".join(csv_field(cell_text(value)) for value in row), 1
