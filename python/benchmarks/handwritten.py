"""What the build's marts cost at the least: the same figures by hand, in as few scans as possible.

It makes these marts of one generated portfolio (metanprom) and publishes copies of them in two files, as
the build does: `clients`, `rejected_clients`, `data_quality` (counts and shares), `churn_cells`,
`churn_rates` (counts, rates, Wilson intervals, lift, rank), `metric_moments`, `metric_value_counts`,
`metric_rank_sums` and `metric_group_ranks` (the registered hypotheses and the screen of every pair), the
quantiles of the portraits, `client_segments` v1 and v2, and `client_churn_scores` with probability, three
reasons and all contributions. A client's row holds what cannot be worked out of it: names of segments,
reasons in words and contributions are views, in the published files too, as they are in the build.

It leaves out what the build has besides: tests, contracts, descriptions, labels and sentences of
aggregates, p-values, target groups, retention list, recommendations, the training of the churn model (its
cells are read from the mart `churn_model_terms`), several portfolios, additional attributes and csv. Names
of columns, rules and hypotheses are written into the query.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from pathlib import Path
from typing import Any

import duckdb
from scoring_by_hand import scoring_steps

ROOT = Path(__file__).resolve().parents[2]
PORTFOLIO = "metanprom"
DATABASE = "handwritten.duckdb"

PUBLISHED = {
    "bank_churn.duckdb": ("churn_rates", "data_quality", "portrait_quantiles"),
    "bank_churn_clients.duckdb": (
        *("clients", "rejected_clients", "scores", "lookup", "segment_of", "named_segments"),
        *("metric_moments", "metric_value_counts", "metric_rank_sums", "metric_group_ranks"),
        *("client_segments_v1", "client_segments_v2", "client_churn_scores"),
    ),
}


def connect(folder: Path, memory_limit: str) -> duckdb.DuckDBPyConnection:
    """A new database with the settings that the build has too.

    Args:
        folder: Where the database and what is spilled go.
        memory_limit: As DuckDB writes it.

    Returns:
        The connection.
    """
    settings = {
        "memory_limit": memory_limit,
        "temp_directory": str(folder / "spill"),
        "storage_compatibility_version": "v1.5.0",
    }
    connection = duckdb.connect(str(folder / DATABASE), config=settings)
    connection.execute("set preserve_insertion_order = false")
    return connection


def written_steps() -> dict[str, str]:
    """The steps of handwritten.sql by name.

    Returns:
        name → statements.
    """
    text = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    parts = re.split(r"^-- step: (\w+)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def publish(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Copy the marts to two files that older readers of DuckDB can open.

    Args:
        connection: The database with the marts.
        folder: Where the files go.
    """
    views = dict(
        connection.execute("select view_name, sql from duckdb_views() where not internal").fetchall()
    )
    made = Path(DATABASE).stem
    for file, relations in PUBLISHED.items():
        connection.execute(f"attach '{folder / file}' as published (storage_version 'v1.4.0')")
        connection.execute("use published")
        for relation in relations:
            connection.execute(views.get(relation, f"create table {relation} as from {made}.{relation}"))
        connection.execute(f"use {made}")
        connection.execute("detach published")


def run(
    *, clients: Path, model: Path, folder: Path, memory_limit: str = "4GB"
) -> dict[str, tuple[float, float]]:
    """Make all marts and publish them.

    Args:
        clients: The parquet file.
        model: A database with the trained model, see `save_model`.
        folder: An empty folder for the results.
        memory_limit: As DuckDB writes it.

    Returns:
        Seconds by step: wall clock, and of all cores.
    """
    seconds = {}
    with connect(folder, memory_limit) as connection:
        values = {"clients": clients, "seeds": ROOT / "seeds", "portfolio": PORTFOLIO}
        for name, value in values.items():
            connection.execute(f"set variable {name} = '{value}'")
        connection.execute(f"attach '{model}' as model (read_only)")
        steps: dict[str, Any] = {name: [sql] for name, sql in written_steps().items()}
        steps["scores"] = scoring_steps(connection, ROOT / "seeds" / "risk_bands.csv")
        for name, statements in steps.items():
            start = time.perf_counter(), time.process_time()
            for statement in statements:
                connection.execute(statement)
            seconds[name] = since(*start)
        start = time.perf_counter(), time.process_time()
        connection.execute("checkpoint")
        publish(connection, folder)
        seconds["publish"] = since(*start)
    return seconds


def since(wall: float, cpu: float) -> tuple[float, float]:
    """Seconds since a moment.

    Args:
        wall: The moment by the wall clock.
        cpu: The moment by this process's cores.

    Returns:
        Both differences.
    """
    return time.perf_counter() - wall, time.process_time() - cpu


def save_model(build: Path, model: Path) -> None:
    """Copy the trained model out of a build.

    Args:
        build: The build database.
        model: The database to write.
    """
    with duckdb.connect(str(model)) as connection:
        connection.execute(f"attach '{build}' as {build.stem} (read_only)")
        connection.execute(f"use {build.stem}")
        of_portfolio = f"where portfolio = '{PORTFOLIO}'"
        name = model.stem
        connection.execute(f"create table {name}.terms as from churn_model_terms {of_portfolio}")
        connection.execute(
            f"create table {name}.facts as select intercept_e12, model_version "
            f"from int_churn_model_metadata {of_portfolio}"
        )
        connection.execute(
            f"create table {name}.trained_on as "
            f"select client_key, fold from int_churn_model_sample {of_portfolio}"
        )
        for table, kind, columns in (
            ("fold_cells", "fold_score", "fold, cell_number, contribution_e12"),
            ("fold_facts", "fold_intercept", "fold, contribution_e12"),
            ("certainty", "certainty", "bin_1 as step, cast(value as double) as standard_error"),
        ):
            connection.execute(
                f"create table {name}.{table} as select {columns} from int_churn_model_fitted "
                f"{of_portfolio} and kind = '{kind}'"
            )


def main() -> None:
    """Run the script and print the seconds of its steps."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--memory-limit", default="4GB")
    print(json.dumps(run(**vars(parser.parse_args()))))


if __name__ == "__main__":
    main()
