"""How this package runs dbt: the one of its own environment, on a database of the caller's choice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from bank_churn.intake.postgres import is_address, table_copy, table_of
from bank_churn.running.events import Watch
from bank_churn.running.lifetime import PARENT
from bank_churn.tools.files import held_locks
from bank_churn.tools.places import Places

WITHOUT_TIDYING = "ignore:resource_tracker"
"""What joblib tidies up after processes that were killed is not told to the one who killed them."""

NOTE_VARIABLE = "BANK_CHURN_INTAKE"
SNAPSHOTS_VARIABLE = "BANK_CHURN_SNAPSHOTS"
EXTRACTS_VARIABLE = "BANK_CHURN_EXTRACTS"
SNAPSHOTS_NOTE = "snapshots.json"
WITHOUT_TESTS = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")


def intake_folder(database: Path) -> Path:
    """Name the folder of plain copies that belong to a build database.

    Args:
        database: The build database.

    Returns:
        The folder, as private as the database; its `files.json` tells dbt where to read each extract.
    """
    return database.parent / "intake" / database.stem


def intake_variables(variables: Mapping[str, str], database: Path) -> dict[str, str]:
    """Tell dbt what is known of the extracts, and nothing that it must not log.

    Returns:
        The variables with the notes on the extracts, those that there are, and without addresses of tables.
    """
    notes = {NOTE_VARIABLE: "files.json", SNAPSHOTS_VARIABLE: SNAPSHOTS_NOTE}
    places = {name: intake_folder(database) / file for name, file in notes.items()}
    known = {name: str(place) for name, place in places.items() if place.exists()}
    return without_addresses({**variables, **known, EXTRACTS_VARIABLE: extracts_told(variables)}, database)


def extracts_told(variables: Mapping[str, str]) -> str:
    """Say which banks are off and which have no second file, without their paths: dbt parses anew for those.

    Args:
        variables: The environment of a build.

    Returns:
        What the macro `extracts_told` reads, as JSON.

    Examples:
        >>> extracts_told({"BANK_CLIENTS": "a.csv", "SHOP_CLIENTS": ""})
        '{"off": ["shop"], "without_holdings": ["bank"]}'
    """
    clients, holdings = (
        {
            name.removesuffix(ending).lower(): value.strip()
            for name, value in sorted(variables.items())
            if name.endswith(ending)
        }
        for ending in ("_CLIENTS", "_HOLDINGS")
    )
    off = [bank for bank, location in clients.items() if not location]
    without = [
        bank
        for bank in sorted({*clients, *holdings} - {*off})
        # The generated clients have a generated second file beside them.
        if not holdings.get(bank, "demo")
        or (holdings.get(bank, "demo") == "demo" and clients.get(bank, "demo") != "demo")
    ]
    return json.dumps({"off": off, "without_holdings": without})


def without_addresses(variables: Mapping[str, str], database: Path) -> dict[str, str]:
    """Give dbt, which logs what it is given, the copies of tables instead of their addresses."""
    changed = dict(variables)
    for name, value in variables.items():
        if name.endswith(("_CLIENTS", "_HOLDINGS")) and is_address(value.strip()):
            portfolio = name.rpartition("_")[0].lower()
            changed[name] = str(table_copy(intake_folder(database), portfolio, table_of(value.strip())))
    return changed


def run_dbt(
    *arguments: str,
    places: Places,
    environment: Mapping[str, str] | None = None,
    watch: Watch | None = None,
) -> bool:
    """Run a dbt command in the current folder, and follow what it says.

    Args:
        arguments: The command and its options.
        places: Where the build database is, and the folder dbt writes its results to.
        environment: Variables to set besides those of this process.
        watch: Follows it; by default nothing is shown of it but what dbt tells of errors.

    Returns:
        Whether the command succeeded.
    """
    command = [
        sys.executable,
        "-m",
        "bank_churn.running.dbt_process",
        *arguments,
        *("--target-path", str(places.target_path), "--log-format", "json", "--log-format-file", "debug"),
    ]
    variables = intake_variables(
        {
            "BANK_CHURN_THREADS": str(os.cpu_count() or 1),
            "PYTHONWARNINGS": WITHOUT_TIDYING,
            **os.environ,
            **(environment or {}),
            "BANK_CHURN_DATABASE": str(places.database),
            PARENT: str(os.getpid()),
        },
        places.database,
    )
    # dbt inherits the locks: what it still writes is nobody else's to write until it has ended. A group of
    # its own keeps Ctrl-C from it: one process says that all were stopped.
    with subprocess.Popen(
        command,
        env=variables,
        pass_fds=held_locks(),
        process_group=0,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as dbt:
        try:
            (watch or Watch(shows=False)).read(dbt.stdout or ())
        except BaseException:
            end(dbt)
            raise
    return dbt.returncode == 0


def end(process: subprocess.Popen[str]) -> None:
    """End a process; what it started ends with it.

    Args:
        process: The process.
    """
    process.kill()
    process.wait()
