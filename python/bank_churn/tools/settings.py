"""What is set outside Python and matters to it: vars of `dbt_project.yml`, limits in the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import yaml

from bank_churn.errors import BankChurnError

KEPT_PUBLICATIONS = 5
MIN_GROUP_SIZE = 10
MEMORY_LIMIT = "4GB"
SPILL_VARIABLE = "BANK_CHURN_TEMP_DIRECTORY"
CAMPAIGNS_VARIABLE = "BANK_CHURN_CAMPAIGNS"


def campaigns_folder() -> Path:
    """Name the folder of campaigns, a folder each.

    Returns:
        The folder, which may not exist.
    """
    return Path(os.environ.get(CAMPAIGNS_VARIABLE, "campaigns"))


def spill_folder() -> Path:
    """Name the folder where DuckDB puts what does not fit into memory.

    Returns:
        The folder that `profiles.yml` gives to dbt's connection too.
    """
    return Path(os.environ.get(SPILL_VARIABLE, "data/build/spill"))


def engine_settings() -> dict[str, str | bool | int | float | list[str]]:
    """Give the limits of `profiles.yml` to a connection that Python opens beside dbt's.

    Returns:
        DuckDB's settings: memory, where to spill, and threads when they are limited.
    """
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": os.environ.get("BANK_CHURN_MEMORY_LIMIT", MEMORY_LIMIT),
        "temp_directory": str(spill_folder()),
    }
    threads = os.environ.get("BANK_CHURN_THREADS")
    return settings | ({"threads": threads} if threads else {})


def project_vars(run_results: dict[str, Any]) -> dict[str, Any]:
    """Read the vars that a dbt command ran with.

    Args:
        run_results: dbt's `run_results.json`, with the project's folder and the vars given by hand.

    Returns:
        The vars of `dbt_project.yml`, those of the command line in front.

    Raises:
        BankChurnError: If the project's settings cannot be read.
    """
    path = Path(run_results["args"].get("project_dir") or ".") / "dbt_project.yml"
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise BankChurnError(f"{path} cannot be read: {str(error).splitlines()[0]}.") from error
    return {**(document.get("vars") or {}), **(run_results["args"].get("vars") or {})}


def whole_number(settings: dict[str, Any], name: str, default: int) -> int:
    """Take a var that must be a whole number of at least 1.

    Args:
        settings: The vars.
        name: Name of the var.
        default: What is meant when the var is not set.

    Returns:
        Its value.

    Raises:
        BankChurnError: If the value is something else.
    """
    value: object = settings.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise BankChurnError(f"{name} is {value!r}; it must be a whole number of at least 1.")
    return value
