"""A condition on clients as somebody types it: parsed by DuckDB, checked, and written anew from its parts."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

import duckdb

from bank_churn.errors import BankChurnError

COMPARISONS = {
    "COMPARE_EQUAL": "=",
    "COMPARE_NOTEQUAL": "<>",
    "COMPARE_LESSTHAN": "<",
    "COMPARE_LESSTHANOREQUALTO": "<=",
    "COMPARE_GREATERTHAN": ">",
    "COMPARE_GREATERTHANOREQUALTO": ">=",
}
ALLOWED = "comparisons, in, between, is null, and, or, not"


def checked_condition(condition: str, columns: Collection[str]) -> str:
    """Check a condition and write it anew.

    Args:
        condition: Such as `city = 'Рыбинск' and age >= 40`.
        columns: Names of columns that it may use.

    Returns:
        The same condition as SQL, made of its parts.

    Raises:
        BankChurnError: If it cannot be read, or holds anything but comparisons of these columns with values.

    Examples:
        >>> print(checked_condition("age >= 40 or not city in ('A', 'B')", ["age", "city"]))
        (("age" >= 40) or (not ("city" in ('A', 'B'))))
    """
    with duckdb.connect() as connection:
        query = f"select 1 from clients where {condition}"
        [(text,)] = connection.execute("select json_serialize_sql(?)", [query]).fetchall()
    parsed: dict[str, Any] = json.loads(text)
    if parsed["error"]:
        raise BankChurnError(f"The condition cannot be read: {parsed['error_message']}")
    statements = [statement["node"] for statement in parsed["statements"]]
    if len(statements) != 1 or not is_plain(statements[0]):
        raise refused(condition)
    return Writer(condition, columns).write(statements[0]["where_clause"])


def is_plain(node: dict[str, Any]) -> bool:
    """Say whether a parsed query is nothing but the clients under a condition."""
    further = ("modifiers", "group_expressions", "having", "sample", "qualify")
    return (
        node["type"] == "SELECT_NODE"
        and node["from_table"]["type"] == "BASE_TABLE"
        and node["from_table"].get("table_name") == "clients"
        and not node["from_table"].get("sample")
        and node["where_clause"] is not None
        and not node["cte_map"]["map"]
        and not any(node.get(part) for part in further)
    )


def refused(part: str) -> BankChurnError:
    """The error for what a condition may not hold."""
    return BankChurnError(f"The condition may hold {ALLOWED} only: “{part}” is something else.")


class Writer:
    """Writes a parsed condition anew."""

    def __init__(self, condition: str, columns: Collection[str]) -> None:
        """Keep what is needed to check and to complain."""
        self._condition = condition
        self._columns = {column.lower(): column for column in columns}

    def write(self, node: dict[str, Any]) -> str:
        """Write one part.

        Args:
            node: A part of DuckDB's parse tree.

        Returns:
            SQL.

        Raises:
            BankChurnError: If this part is not allowed.
        """
        kind = node["type"]
        if kind in COMPARISONS:
            return f"({self.write(node['left'])} {COMPARISONS[kind]} {self.write(node['right'])})"
        if kind in ("CONJUNCTION_AND", "CONJUNCTION_OR"):
            word = " and " if kind == "CONJUNCTION_AND" else " or "
            return f"({word.join(self.write(child) for child in node['children'])})"
        if kind == "COMPARE_BETWEEN":
            ends = f"{self.write(node['lower'])} and {self.write(node['upper'])}"
            return f"({self.write(node['input'])} between {ends})"
        children = [self.write(child) for child in node.get("children", [])]
        if kind in ("COMPARE_IN", "COMPARE_NOT_IN"):
            word = "in" if kind == "COMPARE_IN" else "not in"
            return f"({children[0]} {word} ({', '.join(children[1:])}))"
        if kind == "OPERATOR_NOT":
            return f"(not {children[0]})"
        if kind in ("OPERATOR_IS_NULL", "OPERATOR_IS_NOT_NULL"):
            return f"({children[0]} is {'not ' if 'NOT' in kind else ''}null)"
        return self._leaf(node)

    def _leaf(self, node: dict[str, Any]) -> str:
        """Write a column or a value; `true` and `false` come as casts of a text."""
        kind = node["type"]
        if kind == "COLUMN_REF":
            return self._column(node["column_names"])
        if kind == "OPERATOR_CAST" and node["cast_type"]["id"] == "BOOLEAN":
            value = node["child"].get("value", {}).get("value")
            if value in ("t", "f"):
                return "true" if value == "t" else "false"
        if kind == "VALUE_CONSTANT" and not node["value"]["is_null"]:
            return self._constant(node["value"])
        raise refused(self._condition)

    def _column(self, names: list[str]) -> str:
        """Write the name of a column."""
        name = self._columns.get(names[0].lower()) if len(names) == 1 else None
        if name is None:
            raise BankChurnError(
                f"The list has no column {'.'.join(names)}; there are {', '.join(sorted(self._columns))}."
            )
        return f'"{name}"'

    def _constant(self, value: dict[str, Any]) -> str:
        """Write a text or a number."""
        kind, found = value["type"]["id"], value["value"]
        if kind == "VARCHAR":
            return "'" + str(found).replace("'", "''") + "'"
        if kind == "DECIMAL":
            return f"{int(found)}e-{int(value['type']['type_info']['scale'])}"
        if kind in ("INTEGER", "BIGINT"):
            return str(int(found))
        if kind == "DOUBLE":
            return repr(float(found))
        raise refused(self._condition)
