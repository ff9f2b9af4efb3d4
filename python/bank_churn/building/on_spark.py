"""The commands build, publish, train and test-hypotheses where the marts are on Spark.

Whether Spark can be started is checked before, by `setup.check_spark`.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from bank_churn.building.build import build_months, building, publish_and_export
from bank_churn.building.months import Snapshots, plan_batches
from bank_churn.building.train import SELECTION
from bank_churn.intake.options import vars_of
from bank_churn.months.plan import LEDGER, Batch
from bank_churn.months.snapshots import has_snapshots
from bank_churn.running.artifacts import check_green, public_marts, read_artifact
from bank_churn.running.spark import copy_relations, run_dbt_on_spark, stop_spark
from bank_churn.scoring.folder import export_model
from bank_churn.spark.setup import spark_folder
from bank_churn.statistics.judgement.database import SUFFICIENT_STATISTICS, evaluate_database
from bank_churn.tools.places import Places
from bank_churn.words.language import Language

MODEL_TABLES = ("int_churn_model_fitted", "churn_model_quality")


def copied_database() -> Path:
    """Name the DuckDB file that marts are copied to, to be published from there."""
    return spark_folder() / "bank_churn.duckdb"


def build_on_spark(
    places: Places,
    *,
    target: str,
    language: Language,
    dbt_arguments: list[str],
    databases_only: bool = False,
) -> list[Path]:
    """Build and test on Spark, publish to DuckDB files as a build on DuckDB does.

    Args:
        places: dbt's target folder and that of the published files; the database is a copy beside Spark.
        target: dbt's target, `spark` or `spark_cluster`.
        language: Language of the workbooks.
        dbt_arguments: Further arguments for `dbt build`, such as `--vars`.
        databases_only: Leave the exports and the dashboard as they are.

    Returns:
        The published files.

    Raises:
        BankChurnError: If the build fails; what was published before stays as it was.
    """
    places = replace(places, database=copied_database())
    with building(places):
        build_with_dbt(places, target=target, dbt_arguments=dbt_arguments)
        return publish_from_spark(places, target=target, language=language, databases_only=databases_only)


def build_with_dbt(places: Places, *, target: str, dbt_arguments: list[str]) -> None:
    """Run `dbt build` on Spark, Python models included.

    Args:
        places: Where plain copies of extracts stand, and dbt's target folder.
        target: dbt's target, `spark` or `spark_cluster`.
        dbt_arguments: Further arguments for dbt.
    """
    spark_folder().mkdir(mode=0o700, parents=True, exist_ok=True)  # client rows are nobody else's business
    build_months(
        lambda arguments, _: run_dbt_on_spark("build", *arguments, target=target, places=places),
        places,
        plan_on_spark(places, target=target, dbt_arguments=dbt_arguments),
        dbt_arguments=dbt_arguments,
        on_cluster=True,
    )


def plan_on_spark(places: Places, *, target: str, dbt_arguments: list[str]) -> tuple[list[Batch], Snapshots]:
    """Find the snapshots on disk, and which of them Spark's ledger does not hold yet."""
    ledger = replace(places, database=places.database.with_name("ledger.duckdb"))
    try:
        if has_snapshots(vars_of(dbt_arguments)):
            copy_relations([LEDGER], target=target, places=ledger, where_there=True)
        return plan_batches(database=places.database, dbt_arguments=dbt_arguments, ledger=ledger.database)
    finally:
        ledger.database.unlink(missing_ok=True)


def publish_from_spark(
    places: Places, *, target: str, language: Language, databases_only: bool = False
) -> list[Path]:
    """Copy the public marts of the last green build on Spark to DuckDB, and publish them from there.

    Args:
        places: dbt's target folder of that build, and that of the published files.
        target: dbt's target, `spark` or `spark_cluster`.
        language: Language of the workbooks.
        databases_only: Leave the exports and the dashboard as they are.

    Returns:
        The published files, exports and dashboard.

    Raises:
        BankChurnError: If the build is not green, or its marts cannot be copied.
    """
    places = replace(places, database=copied_database())
    manifest = read_artifact(places.target_path, "manifest.json")
    check_green(read_artifact(places.target_path, "run_results.json"), manifest)
    copy_relations(published_relations(manifest), target=target, places=places)
    stop_spark()
    return publish_and_export(places, language=language, databases_only=databases_only)


def published_relations(manifest: dict[str, Any]) -> list[str]:
    """List what publishing reads: every version of the public marts, and the seeds."""
    seeds = [node["alias"] for node in manifest["nodes"].values() if node["resource_type"] == "seed"]
    return [mart.relation for mart in public_marts(manifest)] + seeds


def train_on_spark(*, target: str, folder: Path, dbt_arguments: list[str]) -> list[Path]:
    """Build what the churn model needs on Spark, train it and export it.

    Args:
        target: dbt's target, `spark` or `spark_cluster`.
        folder: Where to write the csv files.
        dbt_arguments: Further arguments for dbt, such as `--vars`.

    Returns:
        The files written.

    Raises:
        BankChurnError: If the model cannot be built or written.
    """
    with tempfile.TemporaryDirectory() as scratch:
        places = Places(database=copied_database(), target_path=Path(scratch))
        build_with_dbt(places, target=target, dbt_arguments=[*SELECTION, *dbt_arguments])
        places = replace(places, database=Path(scratch) / "model.duckdb")
        copy_relations(MODEL_TABLES, target=target, places=places)
        stop_spark()
        return export_model(database=places.database, folder=folder)


def evaluate_on_spark(*, target: str, seeds: Path) -> pd.DataFrame:
    """Test every hypothesis of the registry on the sufficient statistics that stand on Spark.

    Args:
        target: dbt's target, `spark` or `spark_cluster`.
        seeds: Folder with hypotheses.csv, effect_floors.csv and labels.csv.

    Returns:
        What `evaluate_hypotheses` returns.

    Raises:
        BankChurnError: If Spark has no statistics, or a seed cannot be read.
    """
    with tempfile.TemporaryDirectory() as scratch:
        places = Places(database=Path(scratch) / "statistics.duckdb", target_path=Path(scratch))
        copy_relations(SUFFICIENT_STATISTICS, target=target, places=places)
        stop_spark()
        return evaluate_database(database=places.database, seeds=seeds)
