"""The command `bank_churn test-hypotheses`."""

from pathlib import Path

from bank_churn.commands.base import declared
from bank_churn.commands.options import PATH, engine, language, option
from bank_churn.errors import BankChurnError
from bank_churn.words.language import Language


@declared("test the registered hypotheses on a built database")
@option("--database", type=PATH, help="a build database or bank_churn_clients.duckdb")
@engine
@option("--seeds", type=PATH, default=Path("seeds"), help="folder of the registry (default: {default})")
@language
def command(database: Path | None, target: str, seeds: Path, language: Language) -> None:
    """Test the registered hypotheses."""
    if target != "duckdb":
        from bank_churn.spark.setup import check_spark

        check_spark(is_local=target == "spark")
        from bank_churn.building.on_spark import evaluate_on_spark

        results = evaluate_on_spark(target=target, seeds=seeds)
    elif database is None:
        raise BankChurnError("test-hypotheses needs --database: a build database, or --target spark.")
    else:
        from bank_churn.statistics.judgement.database import evaluate_database

        results = evaluate_database(database=database, seeds=seeds)
    from bank_churn.statistics.judgement.report import format_results

    print(format_results(results, language))
