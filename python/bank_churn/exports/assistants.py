"""What is published for everyone, for assistants that ask by tools: by name, never by a query.

Every answer names its publication, how many people a figure is about, its interval, and what to beware of.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Any, cast

import duckdb

from bank_churn.errors import BankChurnError
from bank_churn.publishing.history import PUBLISHED_FILES
from bank_churn.words.safe_text import shown

MOST_ROWS = 200
MOST_FILTERS = 10
MOST_VALUES = 100
LONGEST_VALUE = 200
METRICS = {
    "churn_rate": "Share of clients who left or are about to, among those of whom it is known.",
    "client_count": "Clients of known outcome in the group.",
    "churned_count": "Clients of the group who left or are about to.",
    "share_of_clients": "The group's share of all clients.",
    "share_of_churn": "The group's share of all who left.",
    "lift": "The group's churn rate divided by the portfolio's.",
}
RATES = "churn_rates"
PEOPLE = re.compile(r"(?:.*_)?(?:client|contact)_count|n_(?:a|b|total)")
INTERVAL = re.compile(r"(?:.*_)?(?:ci_low|ci_high|low|high)(?:_.*)?|lower_bound")
CAVEATS = re.compile(
    r"\*\*(?:Чего остерегаться|Осторожно|Beware|Watch out)[^*]*\*\*\s*\n((?:\s*\n|- .*\n?)+)"
)
GENERAL = (
    "Figures of small groups are hidden (null). An attribute that goes with churn is not thereby its cause."
    " One extract has no dates: a probability says whom a client resembles, not that the client will leave."
)

Filters = Mapping[str, Any]
Answer = dict[str, Any]


class PublicFile:
    """The published database of aggregates, opened so that nothing else can be reached."""

    def __init__(self, published: Path) -> None:
        """Open it."""
        self.path = published / PUBLISHED_FILES[0].file_name
        if not self.path.exists():
            raise BankChurnError(f"Nothing is published in {published}: run `make build` first.")
        self._read: dict[tuple[int, int, str], Any] = {}

    def kept(self, what: str, read: Callable[[], Any]) -> Any:  # noqa: ANN401
        """Read something once a publication: the file is replaced whole by the next."""
        state = self.path.stat()
        key = (state.st_ino, state.st_mtime_ns, what)
        if key not in self._read:
            self._read = {one: value for one, value in self._read.items() if one[:2] == key[:2]}
            self._read[key] = read()
        return self._read[key]

    def ask(self, sql: str, parameters: Sequence[Any] = ()) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Run one of this module's own queries: a new connection sees the publication in place."""
        try:
            with duckdb.connect(str(self.path), read_only=True) as connection:
                connection.execute("set enable_external_access = false")
                connection.execute("set lock_configuration = true")
                cursor = connection.execute(sql, list(parameters))
                return [column[0] for column in cursor.description], cursor.fetchall()
        except duckdb.Error as error:
            raise BankChurnError(f"It cannot be read: {shown(str(error).splitlines()[0])}") from error

    def tables(self) -> dict[str, str]:
        """Return the published tables with their descriptions; those about the publication are left out."""
        query = "select table_name, comment from duckdb_tables() where not internal order by 1"
        rows = self.kept("tables", lambda: self.ask(query)[1])
        return {name: text or "" for name, text in rows if not name.startswith("_")}

    def columns(self, table: str) -> dict[str, tuple[str, str]]:
        """Return the columns of a table with their types and descriptions."""
        query = (
            "select column_name, data_type, comment from duckdb_columns()"
            " where table_name = ? and not internal order by column_index"
        )
        rows = self.kept(table, lambda: self.ask(query, [table])[1])
        return {name: (type_, text or "") for name, type_, text in rows}

    def publication(self) -> Answer:
        """Say which publication this is."""
        query = """select publication_id, published_at,
                (select bool_or(data_origin = 'generated') from portfolios) as is_generated
            from _publication"""
        names, [row] = self.kept("_publication", lambda: self.ask(query))
        return {name: plain(value) for name, value in zip(names, row, strict=True)}

    def known(self, table: object) -> str:
        """Return the name of a table, if there is one of that name."""
        if not isinstance(table, str) or table not in self.tables():
            raise BankChurnError(f"There is no table {named(table)}; ask list_tables.")
        return table

    def list_tables(self) -> Answer:
        """List the tables: what one row of each is."""
        tables = [{"table": name, "row_is": text.split("\n")[0]} for name, text in self.tables().items()]
        return {"publication": self.publication(), "tables": tables, "caveat": GENERAL}

    def describe_table(self, table: str) -> Answer:
        """Describe a table and its columns."""
        name = self.known(table)
        columns = [
            {"column": column, "type": type_, "means": text}
            for column, (type_, text) in self.columns(name).items()
        ]
        told = {"table": name, "about": self.tables()[name], "columns": columns}
        return {"publication": self.publication(), **told, "caveat": GENERAL}

    def read_table(
        self,
        table: str,
        filters: Filters | None = None,
        columns: Sequence[str] | None = None,
        order_by: str | None = None,
        descending: bool = False,
        limit: int = 50,
    ) -> Answer:
        """Read rows of a table.

        Args:
            table: Its name.
            filters: Values by column; a list means any of them, null means a value that is not there.
            columns: Columns to read; all by default. Those that say how many and how sure come along.
            order_by: A column.
            descending: The largest first.
            limit: At most so many rows, up to 200.

        Returns:
            The rows, how many match, which columns count people and bound figures, and what to beware of.

        Raises:
            BankChurnError: If there is no such table or column, or a filter is none.
        """
        name = self.known(table)
        available = self.columns(name)
        wanted = checked(columns, available, "columns") or list(available)
        certain = [column for column in available if PEOPLE.fullmatch(column) or INTERVAL.fullmatch(column)]
        shown_columns = [column for column in available if column in {*wanted, *certain}]
        where, parameters = conditions(filters, available)
        if not isinstance(limit, int) or isinstance(limit, bool) or not 1 <= limit <= MOST_ROWS:
            raise BankChurnError(f"limit is a whole number from 1 to {MOST_ROWS}.")
        order = checked(None if order_by is None else [order_by], available, "order_by")
        # The only texts put into a query are names that the database itself has just listed.
        by = f' order by "{order[0]}" {"desc" if descending is True else "asc"} nulls last' if order else ""
        selected = ", ".join(f'"{column}"' for column in shown_columns)
        _, [(count,)] = self.ask(f'select count(*) from "{name}"{where}', parameters)  # nosec B608
        _, rows = self.ask(  # nosec B608
            f'select {selected} from "{name}"{where}{by} limit {limit}', parameters
        )
        found = CAVEATS.search(self.tables()[name])
        return {
            "publication": self.publication(),
            "table": name,
            "row_count": count,
            "rows": [
                {column: plain(value) for column, value in zip(shown_columns, row, strict=True)}
                for row in rows
            ],
            "people_are_counted_in": [column for column in shown_columns if PEOPLE.fullmatch(column)],
            "intervals_are_in": [column for column in shown_columns if INTERVAL.fullmatch(column)],
            "caveat": GENERAL + (" " + " ".join(found[1].split()) if found else ""),
        }

    def metric(self, metric: str, portfolio: str, by: str = "all", value: str | None = None) -> Answer:
        """Tell a metric of a portfolio, of all clients or by an attribute.

        Args:
            metric: Its name.
            portfolio: Code of the portfolio.
            by: `all`, an attribute such as city, or a pair such as `city, product_count`.
            value: Only this group.

        Returns:
            The metric of each group with its number of clients and the interval of its churn rate.

        Raises:
            BankChurnError: If there is no such metric.
        """
        if not isinstance(metric, str) or metric not in METRICS:
            raise BankChurnError(f"There is no metric {named(metric)}; there are {', '.join(METRICS)}.")
        filters = {"portfolio": portfolio, "dimension_name": by}
        told = ["dimension_name", "dimension_value", metric, "churn_rate", "is_suppressed"]
        answer = self.read_table(
            RATES,
            filters | ({} if value is None else {"dimension_value": value}),
            [*told, "value_label_en", "value_label_ru"],
            limit=MOST_ROWS,
        )
        return {"metric": metric, "means": METRICS[metric], **answer}


def checked(columns: object, available: Mapping[str, Any], what: str) -> list[str]:
    """Return names of columns, if a table has them all."""
    if columns is None:
        return []
    if not isinstance(columns, list | tuple) or len(columns) > len(available):
        raise BankChurnError(f"{what} is a list of columns of the table.")
    for column in columns:
        if not isinstance(column, str) or column not in available:
            raise BankChurnError(f"There is no column {named(column)}; ask describe_table.")
    return cast("list[str]", list(columns))


def conditions(filters: object, available: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """Write filters as conditions whose values are parameters."""
    if filters is None:
        return "", []
    if not isinstance(filters, Mapping) or len(filters) > MOST_FILTERS:
        raise BankChurnError(f"filters are at most {MOST_FILTERS} values by column.")
    terms, parameters = [], []
    for column in checked(list(filters), available, "filters"):
        value = filters[column]
        if value is None:
            terms.append(f'"{column}" is null')
            continue
        values = value if isinstance(value, list | tuple) else [value]
        if not 1 <= len(values) <= MOST_VALUES or not all(is_plain(one) for one in values):
            raise BankChurnError(
                f"The filter on {column} is a text, a number, true or false, or a list of such."
            )
        terms.append(f'cast("{column}" as varchar) in ({", ".join("?" * len(values))})')
        parameters += [str(one).lower() if isinstance(one, bool) else str(one) for one in values]
    return (" where " + " and ".join(terms) if terms else ""), parameters


def is_plain(value: object) -> bool:
    """Say whether a value may be compared with."""
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, bool | int) or (isinstance(value, str) and len(value) <= LONGEST_VALUE)


def named(value: object) -> str:
    """Quote what was asked for, short and without signs that a terminal obeys."""
    return f"“{shown(str(value))[:60]}”"


def plain(value: object) -> object:
    """Turn a value into one that JSON has."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return [plain(one) for one in value] if isinstance(value, list) else value


def serve(published: Path) -> None:
    """Answer an assistant over stdin and stdout by the Model Context Protocol, until it hangs up.

    Args:
        published: Folder of the published files.

    Raises:
        BankChurnError: If nothing is published there, or the package `mcp` is not installed.
    """
    file = PublicFile(published)
    try:
        from mcp.server import MCPServer
        from mcp.server.mcpserver.exceptions import ToolError
    except ImportError as error:
        raise BankChurnError("The package mcp is missing: run `make setup-mcp`.") from error
    server = MCPServer("bank_churn", instructions=GENERAL, log_level="ERROR")

    def told(tool: Callable[..., Answer]) -> Callable[..., Answer]:
        @wraps(tool)
        def answer(*arguments: Any, **asked: Any) -> Answer:  # noqa: ANN401
            try:
                return tool(*arguments, **asked)
            except BankChurnError as error:
                raise ToolError(str(error)) from error

        return answer

    for tool in (file.list_tables, file.describe_table, file.read_table, file.metric):
        server.tool()(told(tool))
    server.run()
