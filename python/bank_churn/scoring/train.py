"""The command `bank_churn train`: the churn model alone, as files to review."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from bank_churn.build import building, check_database, read_formats, told_by_dbt
from bank_churn.dbt_command import run_dbt
from bank_churn.errors import BankChurnError
from bank_churn.intake import check_unchanged
from bank_churn.scoring.folder import export_model

SELECTION = (
    *("--select", "+churn_model_quality"),
    *("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"),
)


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
    spill = Path(os.environ.get("BANK_CHURN_TEMP_DIRECTORY", "data/build/spill"))
    # A target folder of its own: what dbt says about a part must not be taken for a whole build.
    with TemporaryDirectory() as name, building(database=database, target_path=Path(name)):
        spill.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        check_database(database)
        found = read_formats(database=database, dbt_arguments=dbt_arguments)
        is_green = run_dbt("build", *SELECTION, *dbt_arguments, database=database, target_path=Path(name))
        check_unchanged(one for one in found if not one.is_copy)
        if not is_green:
            raise BankChurnError("The churn model was not trained: " + told_by_dbt(Path(name)))
        return export_model(database=database, folder=folder)
