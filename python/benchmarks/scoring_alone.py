"""Time of the query of `int_client_scores` over reading the same columns, on a build that is there."""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path

import duckdb

READ = (
    *("client_key", "city", "gender", "age", "credit_score", "property_points", "balance", "product_count"),
    *("has_credit_card", "is_active", "estimated_salary"),
)
PROBABILITY = ("client_key", "churn_probability")
REASONS = (*PROBABILITY, *(f"reason_{place}_cell" for place in (1, 2, 3)))


def seconds_of(
    connection: duckdb.DuckDBPyConnection, query: str, columns: tuple[str, ...], repeats: int
) -> float:
    """Median seconds of a query all of whose columns are used, and nothing is written.

    Args:
        connection: The build database.
        query: What gives the columns.
        columns: Their names.
        repeats: How often.

    Returns:
        Seconds.
    """
    found = []
    for _ in range(repeats):
        start = time.perf_counter()
        connection.execute(f"select bit_xor(hash({', '.join(columns)})) from ({query})").fetchall()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def main() -> None:
    """Print seconds per million clients."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", type=Path, required=True)
    parser.add_argument("--target", type=Path, required=True)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    (compiled,) = options.target.glob("compiled/*/models/scoring/steps/int_client_scores.sql")
    scores = compiled.read_text(encoding="utf-8")
    with duckdb.connect(str(options.database), read_only=True) as connection:
        million = connection.execute("select count(*) / 1e6 from clients").fetchall()[0][0]
        reading, probability, reasons = (
            seconds_of(connection, query, columns, options.repeats) / million
            for query, columns in (("from clients", READ), (scores, PROBABILITY), (scores, REASONS))
        )
    result = {"reading": reading, "probability": probability - reading, "with reasons": reasons - reading}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
