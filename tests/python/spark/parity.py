"""Compare the marts of two databases row by row: what is exact must be equal, fractions to a relative 1e-9."""

from __future__ import annotations

from pathlib import Path

import duckdb

TOLERANCE = 1e-9
EXAMPLES = 3


def differences(one: Path, other: Path, marts: list[str]) -> dict[str, list[str]]:
    """What differs, by mart; a mart that is equal has no entry.

    Args:
        one: A DuckDB file with the marts.
        other: Another one.
        marts: Names of relations.
    """
    with duckdb.connect() as connection:
        for name, path in (("one", one), ("other", other)):
            # Views in a build database carry its name, so it is attached under that name.
            connection.execute(f"attach '{path.absolute()}' as \"{path.stem}\" (read_only)")
            connection.execute(f"create schema {name}")
            for mart in marts:
                connection.execute(f'create view {name}."{mart}" as select * from "{path.stem}"."{mart}"')
        found = {mart: compare(connection, mart) for mart in marts}
    return {mart: told for mart, told in found.items() if told}


def compare(connection: duckdb.DuckDBPyConnection, mart: str) -> list[str]:
    columns, others = (
        connection.execute(f'describe {side}."{mart}"').fetchall() for side in ("one", "other")
    )
    if [column[:2] for column in columns] != [column[:2] for column in others]:
        return [f"columns: {[c[:2] for c in columns if c[:2] not in [o[:2] for o in others]]}"
                f" / {[o[:2] for o in others if o[:2] not in [c[:2] for c in columns]]}"]
    exact = [f'"{name}"' for name, kind, *_ in columns if kind not in ("DOUBLE", "FLOAT")]
    fractions = [f'"{name}"' for name, kind, *_ in columns if kind in ("DOUBLE", "FLOAT")]
    told = compare_exact(connection, mart, exact)
    return told or compare_fractions(connection, mart, exact, fractions)


def compare_exact(connection: duckdb.DuckDBPyConnection, mart: str, columns: list[str]) -> list[str]:
    counts = [connection.execute(f'select count(*) from {side}."{mart}"').fetchone() for side in ("one", "other")]
    if counts[0] != counts[1]:
        return [f"rows: {counts[0]} / {counts[1]}"]
    told = []
    for chosen in [[column] for column in columns] + [columns]:
        listed = ", ".join(chosen)
        lacking = [
            connection.execute(
                f'select count(*), min(found) from (select struct_pack({", ".join(f"{c} := {c}" for c in chosen)}) as found'
                f' from (select {listed} from {a}."{mart}" except all select {listed} from {b}."{mart}"))'
            ).fetchone()
            for a, b in (("one", "other"), ("other", "one"))
        ]
        if lacking[0][0]:
            told.append(f"{listed}: {lacking[0][0]} rows, such as {lacking[0][1]} / {lacking[1][1]}")
        if told and chosen == columns:
            break
    return told[:EXAMPLES]


def compare_fractions(
    connection: duckdb.DuckDBPyConnection, mart: str, exact: list[str], fractions: list[str]
) -> list[str]:
    if not fractions:
        return []
    order = ", ".join([*exact, *(f"round({column}, 6)" for column in fractions), *fractions])
    numbered = (f'select *, row_number() over (order by {order}) as place from {side}."{mart}"' for side in ("one", "other"))
    differs = {
        column: f"(one.{column} is null) <> (other.{column} is null) or not coalesce(one.{column} = other.{column} or"
        f" abs(one.{column} - other.{column}) <= {TOLERANCE} * greatest(abs(one.{column}), abs(other.{column}), 1e-3), true)"
        for column in fractions
    }
    counted = ", ".join(f"count(*) filter (where {how}), min((one.{c}, other.{c})) filter (where {how})" for c, how in differs.items())
    row = connection.execute(
        f"select {counted} from ({next(numbered)}) as one join ({next(numbered)}) as other using (place)"
    ).fetchone()
    return [
        f"{column}: {row[2 * place]} rows, such as {row[2 * place + 1]}"
        for place, column in enumerate(fractions)
        if row[2 * place]
    ]
