"""The command `bank_churn train`."""

from pathlib import Path

import click

from bank_churn.commands.base import declared
from bank_churn.commands.options import PATH, engine, option, places, screened
from bank_churn.tools.places import Places
from bank_churn.tools.screen import screen


@declared("train the churn model and write it to files; other options go to dbt", for_dbt=True)
@places
@engine
@option("--export", "folder", type=PATH, required=True, help="folder for the model's csv files")
@screened
@click.pass_context
def command(context: click.Context, places: Places, target: str, folder: Path) -> None:
    """Train the churn model."""
    if target == "duckdb":
        from bank_churn.building.train import train

        files = train(database=places.database, folder=folder, dbt_arguments=context.args)
    else:
        from bank_churn.spark.setup import check_spark

        check_spark(is_local=target == "spark")
        from bank_churn.building.on_spark import train_on_spark

        files = train_on_spark(target=target, folder=folder, dbt_arguments=context.args)
    screen.written("The model to review: {paths}", files)
