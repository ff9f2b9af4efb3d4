"""The command `bank_churn superset`."""

from pathlib import Path

from bank_churn.commands.base import declared
from bank_churn.commands.options import PATH, language, option, output
from bank_churn.words.language import Language
from bank_churn.words.speech import said


@declared("a dashboard of what is published, for Apache Superset to import")
@output
@option("--seen-as", type=PATH, help="absolute path of bank_churn.duckdb where Superset runs (default: here)")
@language
def command(output: Path, seen_as: Path | None, language: Language) -> None:
    """Write the dashboard for Superset."""
    from bank_churn.exports.superset_export import export_superset

    path = export_superset(language=language, output=output, seen_as=seen_as)
    print(said("{path}: import it in Superset under Dashboards", path=path))
