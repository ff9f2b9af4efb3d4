"""The command `bank_churn train`: the churn model alone, as files to review."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from bank_churn.artifacts import failures, read_artifact
from bank_churn.build import check_database, read_formats
from bank_churn.dbt_command import run_dbt
from bank_churn.errors import BankChurnError
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
    for path in (database.parent, spill.parent):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    check_database(database)
    read_formats(database=database, dbt_arguments=dbt_arguments)
    # A target folder of its own: what dbt says about a part must not be taken for a whole build.
    with tempfile.TemporaryDirectory() as target:
        if not run_dbt("build", *SELECTION, *dbt_arguments, database=database, target_path=Path(target)):
            results = Path(target) / "run_results.json"
            known = failures(read_artifact(results.parent, results.name)) if results.exists() else []
            told = "; ".join(known) or "see dbt's message above"
            raise BankChurnError("The churn model was not trained: " + told)
    return export_model(database=database, folder=folder)
