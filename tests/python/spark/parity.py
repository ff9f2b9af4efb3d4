"""Compare marts of two databases row by row: what is exact must be equal, fractions to a relative 1e-9."""

from __future__ import annotations

from pathlib import Path

import duckdb

TOLERANCE = 1e-9
# What is smaller is compared as if it were this large: a difference of near numbers has few digits.
SMALL = 1e-3
EXAMPLES = 3
SIDES = ("one", "other")


def differences(one: Path, other: Path, marts: list[str]) -> dict[str, list[str]]:
    """What differs, by mart; a mart that is equal has no entry.

    Args:
        one: A DuckDB file with the marts.
        other: Another one.
        marts: Names of relations.
    """
    with duckdb.connect() as connection:
        for side, path in zip(SIDES, (one, other), strict=True):
            with duckdb.connect(str(path), read_only=True) as source:
                for mart in marts:
                    # By way of Arrow: views of a build database carry its name, and both have the same.
                    rows = source.execute(f'from "{mart}"').to_arrow_table()
                    connection.execute(f'create table "{side}_{mart}" as from rows')
                    del rows
        found = {mart: compare(connection, mart) for mart in marts}
    return {mart: told for mart, told in found.items() if told}


def compare(connection: duckdb.DuckDBPyConnection, mart: str) -> list[str]:
    """What differs in one mart."""
    columns, others = (
        [row[:2] for row in connection.execute(f'describe "{side}_{mart}"').fetchall()] for side in SIDES
    )
    if columns != others:
        lacking, more = set(columns) - set(others), set(others) - set(columns)
        return [f"columns: {sorted(lacking)} / {sorted(more)}, or another order"]
    exact = [f'"{name}"' for name, kind in columns if kind not in ("DOUBLE", "FLOAT")]
    fractions = [f'"{name}"' for name, kind in columns if kind in ("DOUBLE", "FLOAT")]
    told = compare_exact(connection, mart, exact)
    return told or compare_fractions(connection, mart, exact, fractions)


def compare_exact(connection: duckdb.DuckDBPyConnection, mart: str, columns: list[str]) -> list[str]:
    """Compare the bags of rows, then say which column it is."""
    told = []
    for chosen in [columns, *([column] for column in columns)]:
        listed = ", ".join(chosen)
        lacking = []
        for here, there in (SIDES, SIDES[::-1]):
            rest = f'select {listed} from "{here}_{mart}" except all select {listed} from "{there}_{mart}"'
            row = connection.execute(f"select count(*), min(rest) from ({rest}) as rest").fetchone()
            assert row
            lacking.append(row)
        if chosen == columns and not lacking[0][0] and not lacking[1][0]:
            return []
        if lacking[0][0] or lacking[1][0]:
            counts = f"{lacking[0][0]} / {lacking[1][0]} rows"
            told.append(f"{listed[:60]}: {counts}, such as {lacking[0][1]} / {lacking[1][1]}")
    return (told[1:] or told)[:EXAMPLES]


def compare_fractions(
    connection: duckdb.DuckDBPyConnection, mart: str, exact: list[str], fractions: list[str]
) -> list[str]:
    """Put the rows of both sides in one order, and compare their fractions."""
    if not fractions:
        return []
    order = ", ".join([*exact, *(f"round({column}, 6)" for column in fractions), *fractions])
    one, other = (
        f'select *, row_number() over (order by {order}) as place from "{side}_{mart}"' for side in SIDES
    )
    told = []
    for column in fractions:
        margin = f"{TOLERANCE} * greatest(abs(one.{column}), abs(other.{column}), {SMALL})"
        differs = (
            f"(one.{column} is null) <> (other.{column} is null)"
            f" or (one.{column} <> other.{column} and not abs(one.{column} - other.{column}) <= {margin})"
        )
        row = connection.execute(
            f"select count(*), min((one.{column}, other.{column})) from ({one}) as one"
            f" inner join ({other}) as other using (place) where {differs}"
        ).fetchone()
        assert row
        if row[0]:
            told.append(f"{column}: {row[0]} rows, such as {row[1]}")
    return told[:EXAMPLES]
