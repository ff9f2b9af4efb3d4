"""The folder of a campaign: it appears whole or not at all, and only its owner may read it."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import uuid4

from bank_churn.campaigns.plan import COLUMNS, CONTROL, PLAN, TREATED, Plan
from bank_churn.campaigns.split import Member, Split
from bank_churn.errors import BankChurnError
from bank_churn.tools.files import own_files, sync

SHEET = "treated.xlsx"
UNFINISHED = ".unfinished-"


def write_folder(folder: Path, plan: Plan, arms: Split, write_sheet: Callable[[Path], None]) -> Path:
    """Write the folder of a campaign.

    Raises:
        BankChurnError: If it cannot be written; then nothing of it is left.
    """
    place = folder / plan.asked.campaign
    unfinished = folder / f"{UNFINISHED}{uuid4().hex}"
    try:
        with own_files():
            unfinished.mkdir()
            write_members(unfinished / TREATED, arms.treated)
            write_members(unfinished / CONTROL, arms.control)
            write_sheet(unfinished / SHEET)
            (unfinished / PLAN).write_text(plan.text(), encoding="utf-8")
            for path in (*sorted(unfinished.iterdir()), unfinished):
                sync(path)
        os.rename(unfinished, place)
        sync(folder)
    except OSError as error:
        raise BankChurnError(f"Cannot write {place}: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return place


def write_members(path: Path, members: Sequence[Member]) -> None:
    """Write the clients of one arm."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(
            ["" if value is None else value for value in vars(member).values()] for member in members
        )


def remove_unfinished(folder: Path) -> None:
    """Remove what a killed command left.

    Args:
        folder: The folder of campaigns; its lock must be held.
    """
    for path in folder.glob(f"{UNFINISHED}*"):
        shutil.rmtree(path, ignore_errors=True)
