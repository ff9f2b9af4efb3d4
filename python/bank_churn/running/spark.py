"""Running dbt on Spark inside this process, and copying what it built to DuckDB."""

from __future__ import annotations

import json
import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterable
from pathlib import Path

import duckdb

from bank_churn.errors import BankChurnError
from bank_churn.running.dbt_command import intake_variables
from bank_churn.spark.setup import spark_folder
from bank_churn.tools.places import Places
from bank_churn.tools.settings import engine_settings
from bank_churn.tools.sql import literal


def run_dbt_on_spark(*arguments: str, target: str, places: Places) -> bool:
    """Run a dbt command in this process, so that several commands share one start of Spark.

    Args:
        arguments: The command and its options.
        target: dbt's target, `spark` or `spark_cluster`.
        places: The DuckDB file that the marts are copied to, beside which plain copies of extracts stand,
            and the folder dbt writes its results to.

    Returns:
        Whether the command succeeded.
    """
    from dbt.cli.main import dbtRunner

    os.environ.update(intake_variables(os.environ, places.database))
    warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")
    logging.getLogger("py4j").setLevel(logging.ERROR)
    told = ("--target", target, "--target-path", str(places.target_path))
    return dbtRunner().invoke([*arguments, *told]).success


def copy_relations(names: Iterable[str], *, target: str, places: Places, where_there: bool = False) -> None:
    """Copy relations from Spark to a new DuckDB file, through parquet files and in little memory.

    Args:
        names: The relations.
        target: dbt's target, `spark` or `spark_cluster`.
        places: The DuckDB file, which is replaced, and dbt's target folder, where results stay as they are.
        where_there: Leave out what Spark does not have.

    Raises:
        BankChurnError: If Spark cannot write a relation, or DuckDB not read it.
    """
    names = list(names)
    shared = Path(os.environ.get("BANK_CHURN_SPARK_EXCHANGE", spark_folder() / "exchange"))
    for folder in (shared, places.database.parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    exchange = Path(tempfile.mkdtemp(dir=shared.absolute()))
    try:
        asked = json.dumps({"relations": names, "folder": str(exchange), "where_there": where_there})
        if not run_dbt_on_spark(
            *("run-operation", "write_parquet", "--args", asked, "--no-write-json", "--quiet"),
            target=target,
            places=places,
        ):
            raise BankChurnError("The marts could not be copied from Spark: see dbt's message above.")
        names = [name for name in names if not where_there or (exchange / name).exists()]
        read_parquet_folders(exchange, names, places.database)
    finally:
        shutil.rmtree(exchange, ignore_errors=True)


def read_parquet_folders(exchange: Path, names: list[str], database: Path) -> None:
    """Read folders of parquet files into the tables of a new DuckDB file."""
    unfinished = database.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        with duckdb.connect(str(unfinished), config=engine_settings()) as connection:
            connection.execute("set preserve_insertion_order = false")
            for name in names:
                files = literal(str(exchange / name / "*.parquet"))
                connection.execute(f'create table "{name}" as select * from read_parquet({files})')
    except duckdb.Error as error:
        raise BankChurnError(f"A copy from Spark cannot be read: {str(error).splitlines()[0]}") from error
    unfinished.replace(database)


def stop_spark() -> None:
    """Stop the Spark of this process, if there is one, so that its memory is free for what follows."""
    from pyspark.sql import SparkSession

    session = SparkSession.getActiveSession()
    if session is not None:
        session.stop()
