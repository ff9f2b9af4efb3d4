"""Which months a build has to read, from its settings, the files on disk and the ledger of its database."""

from __future__ import annotations

from pathlib import Path

from bank_churn.errors import BankChurnError, InputError
from bank_churn.intake.options import vars_of
from bank_churn.months.plan import ACCEPTED, Batch, batches, loaded, loads_anew
from bank_churn.months.snapshots import Snapshot, find_snapshots, has_snapshots

Snapshots = dict[str, list[Snapshot]]
ANEW = ("--full-refresh", "-f")


def plan_batches(
    *, database: Path, dbt_arguments: list[str], ledger: Path | None = None
) -> tuple[list[Batch], Snapshots]:
    """Find the snapshots on disk, and in which order they have to be read.

    Returns:
        The batches, the latest snapshots last, and all snapshots by portfolio; where no extract has dates,
        one batch without any.
    """
    settings = vars_of(dbt_arguments)
    beside = database.parent / "intake"
    try:
        if not has_snapshots(settings):
            return batches({}, {}, anew=False, accepted=True), {}
        found = find_snapshots(
            settings=settings,
            folder=beside / f"{database.stem}.dates",
            memory=beside / f"{database.stem}.snapshots.json",
        )
        accepted = settings.get(ACCEPTED) is True
        planned = batches(
            found, loaded(ledger or database), anew=loads_anew(dbt_arguments), accepted=accepted
        )
    except BankChurnError as error:
        raise InputError(str(error)) from error
    return planned, found


def vars_only(dbt_arguments: list[str]) -> list[str]:
    """Take what a run of some models has in common with the build out of its further arguments.

    Returns:
        Those that set vars or forget history.
    """
    taken = []
    for place, argument in enumerate(dbt_arguments):
        if argument == "--vars":
            taken += dbt_arguments[place : place + 2]
        elif argument.startswith("--vars=") or argument in ANEW:
            taken.append(argument)
    return taken
