"""The command `bank_churn build`."""

import click

from bank_churn.commands.base import declared
from bank_churn.commands.options import databases_only, engine, places, screened
from bank_churn.tools.places import Places
from bank_churn.words.language import documents_language, reader_language


@declared("build, test and publish; other options go to dbt", for_dbt=True)
@places
@engine
@databases_only
@screened
@click.pass_context
def command(context: click.Context, places: Places, target: str, databases_only: bool) -> None:
    """Build, test and publish."""
    from bank_churn.building.closing import close

    language, further = documents_language(), context.args
    if target == "duckdb":
        from bank_churn.building.build import build

        paths = build(places, language=language, databases_only=databases_only, dbt_arguments=further)
    else:
        from bank_churn.spark.setup import check_spark

        check_spark(is_local=target == "spark")  # before anything is imported that may be missing
        from bank_churn.building.on_spark import build_on_spark

        paths = build_on_spark(
            places, target=target, language=language, databases_only=databases_only, dbt_arguments=further
        )
    if paths:
        close(paths, language=reader_language())
