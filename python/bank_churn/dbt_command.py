"""How this package runs dbt: the one of its own environment, on a database of the caller's choice."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path


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
    command = [str(Path(sys.executable).with_name("dbt")), *arguments, "--target-path", str(target_path)]
    variables = {**os.environ, **(environment or {}), "BANK_CHURN_DATABASE": str(database)}
    return subprocess.run(command, env=variables, check=False).returncode == 0
