"""The command `bank_churn train`: the churn model alone, as files to review."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from bank_churn.building.build import build_from_extracts, building, prepare_database, read_formats
from bank_churn.running.dbt_command import WITHOUT_TESTS, run_dbt
from bank_churn.scoring.folder import export_model
from bank_churn.tools.places import Places

SELECTION = ("--select", "+churn_model_quality", *WITHOUT_TESTS)


def train(*, database: Path, folder: Path, dbt_arguments: list[str]) -> list[Path]:
    """Build what the churn model needs, train it unless it stands already, and export it.

    Args:
        database: The build database.
        folder: Where to write the csv files.
        dbt_arguments: Further arguments for dbt, such as `--vars`.

    Returns:
        The files written.

    Raises:
        BankChurnError: If the model cannot be built or written.
    """
    # A target folder of its own: what dbt says about a part must not be taken for a whole build.
    with TemporaryDirectory() as name, building(places := Places(database, target_path=Path(name))):
        prepare_database(database)
        build_from_extracts(
            lambda watch: run_dbt(
                "build", "--fail-fast", *SELECTION, *dbt_arguments, places=places, watch=watch
            ),
            found=read_formats(database=database, dbt_arguments=dbt_arguments),
            places=places,
            failed="The churn model was not trained",
        )
        return export_model(database=database, folder=folder)
