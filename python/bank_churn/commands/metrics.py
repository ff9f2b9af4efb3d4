"""Check the semantic layer on a built database: validate it, then run every metric and saved query once.

MetricFlow's command `mf` asks a package index for a newer version on every call. Its subcommands are called
here directly, so that a check goes nowhere but to the database.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from bank_churn.commands.options import database_folder
from bank_churn.errors import BankChurnError

if TYPE_CHECKING:
    from dbt_metricflow.cli.cli_configuration import CLIConfiguration

MANIFEST = Path("target/semantic_manifest.json")


def load_mf() -> ModuleType:
    """Load MetricFlow's command line, which is a development tool."""
    if not MANIFEST.exists():
        raise BankChurnError(f"{MANIFEST} does not exist: run `dbt build` (or `make build`) first.")
    try:
        from dbt_metricflow.cli import main as mf
    except ImportError as error:
        raise BankChurnError("MetricFlow is not installed: `make metrics` installs it.") from error
    return mf


def run_mf(arguments: list[str], configuration: CLIConfiguration | None = None) -> None:
    """Run one subcommand of `mf` without its check for a newer version."""
    mf = load_mf()
    command = mf.cli.commands.get(arguments[0])
    if command is None:
        raise BankChurnError(f"mf knows no `{arguments[0]}`; it knows {', '.join(sorted(mf.cli.commands))}.")
    try:
        command.main(arguments[1:], obj=configuration or mf.CLIConfiguration(), standalone_mode=False)
    except SystemExit as error:
        if error.code:
            raise BankChurnError(f"mf {' '.join(arguments)} failed: see its message above.") from error


def monthly() -> set[str]:
    """Name the metrics and saved queries that are about months: of one extract they have no value yet."""
    layer = json.loads(MANIFEST.read_text(encoding="utf-8"))
    measures = {
        measure["name"]
        for model in layer["semantic_models"]
        if model["name"] == "months"
        for measure in model["measures"]
    }
    metrics = {
        metric["name"]
        for metric in layer["metrics"]
        if measures & {measure["name"] for measure in metric["type_params"]["input_measures"]}
    }
    queries = (query for query in layer["saved_queries"] if metrics & set(query["query_params"]["metrics"]))
    return metrics | {query["name"] for query in queries}


def check_query(configuration: CLIConfiguration, kind: str, name: str, *, is_monthly: bool) -> str:
    """Run one metric, by portfolio, or one saved query."""
    from metricflow.engine.metricflow_engine import MetricFlowQueryRequest

    start = time.perf_counter()
    asked = (
        MetricFlowQueryRequest.create(
            metric_names=[name], group_by_names=[f"{'snapshot' if is_monthly else 'client'}__portfolio"]
        )
        if kind == "metric"
        else MetricFlowQueryRequest.create(saved_query_name=name)
    )
    try:
        result = configuration.mf.query(asked).result_df
    except Exception as error:  # whatever the engine or the database raises, its first line is the answer
        raise BankChurnError(f"{kind} {name}: {str(error).strip().splitlines()[0]}") from error
    has_value = result is not None and any(row[-1] is not None for row in result.rows)
    if result is None or not (has_value or is_monthly):
        raise BankChurnError(f"{kind} {name}: no row with a value; is the database built?")
    return f"{kind} {name}: {result.row_count} rows in {time.perf_counter() - start:.1f} s"


def check_metrics() -> None:
    """Validate the semantic layer against the database, then run every metric and every saved query."""
    mf = load_mf()
    database = Path(database_folder())
    if not database.exists():
        raise BankChurnError(f"{database} does not exist: run `make build` first.")
    configuration = mf.CLIConfiguration()
    configuration.setup()
    run_mf(["validate-configs"], configuration)
    months = monthly()
    for metric in configuration.mf.list_metrics():
        print(check_query(configuration, "metric", metric.name, is_monthly=metric.name in months))
    for query in configuration.mf.list_saved_queries():
        print(check_query(configuration, "saved query", query.name, is_monthly=query.name in months))


def main() -> int:
    """Without arguments check everything; with arguments, pass them to `mf`.

    Returns:
        Exit code: 0 when done, 1 when not.
    """
    os.environ.setdefault("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
    try:
        if sys.argv[1:]:
            run_mf(sys.argv[1:])
        else:
            check_metrics()
    except BankChurnError as error:
        print(f"bank_churn: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
