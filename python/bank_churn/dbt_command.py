"""How this package runs dbt: the one of its own environment, on a database of the caller's choice."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

NOTE_VARIABLE = "BANK_CHURN_INTAKE"


def intake_folder(database: Path) -> Path:
    """Name the folder of plain copies that belong to a build database.

    Args:
        database: The build database.

    Returns:
        The folder, as private as the database; its `files.json` tells dbt where to read each extract.
    """
    return database.parent / "intake" / database.stem


def run_dbt(
    *arguments: str, database: Path, target_path: Path, environment: Mapping[str, str] | None = None
) -> bool:
    """Run a dbt command in the current folder; its messages go where this process's go.

    Args:
        arguments: The command and its options.
        database: The build database.
        target_path: The folder dbt writes its results to.
        environment: Variables to set besides those of this process.

    Returns:
        Whether the command succeeded.
    """
    command = [sys.executable, "-m", "bank_churn.dbt_process", *arguments, "--target-path", str(target_path)]
    variables = {
        "BANK_CHURN_THREADS": str(os.cpu_count() or 1),
        **os.environ,
        **(environment or {}),
        "BANK_CHURN_DATABASE": str(database),
    }
    note = intake_folder(database) / "files.json"
    if note.exists():
        variables[NOTE_VARIABLE] = str(note)
    return subprocess.run(command, env=variables, check=False).returncode == 0
