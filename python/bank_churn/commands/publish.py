"""The command `bank_churn publish`."""

from bank_churn.commands.base import declared
from bank_churn.commands.options import databases_only, engine, places, screened
from bank_churn.tools.places import Places
from bank_churn.words.language import documents_language, reader_language


@declared("publish the last green build")
@places
@engine
@databases_only
@screened
def command(places: Places, target: str, databases_only: bool) -> None:
    """Publish the last green build."""
    from bank_churn.building.closing import close

    language = documents_language()
    if target == "duckdb":
        from bank_churn.building.build import publish_and_export

        paths = publish_and_export(places, language=language, databases_only=databases_only)
    else:
        from bank_churn.spark.setup import check_spark

        check_spark(is_local=target == "spark")
        from bank_churn.building.on_spark import publish_from_spark

        paths = publish_from_spark(places, target=target, language=language, databases_only=databases_only)
    close(paths, language=reader_language())
