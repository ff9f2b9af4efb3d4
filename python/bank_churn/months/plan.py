"""Which snapshots a build has to read, in which order, and what dbt is told of each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from bank_churn.errors import BankChurnError
from bank_churn.months.snapshots import Snapshot

LEDGER = "loaded_snapshots"
ACCEPTED = "accept_lost_months"


@dataclass(frozen=True)
class Batch:
    """Snapshots that one run of dbt reads, one of each portfolio.

    Attributes:
        snapshots: By portfolio.
        is_last: Whether these are the latest ones, which are built whole and published.
        fresh: Those of them that are new or have changed.
    """

    snapshots: dict[str, Snapshot]
    is_last: bool
    fresh: tuple[Snapshot, ...]


def loaded(database: Path) -> dict[tuple[str, date], str]:
    """Read the ledger of a build database.

    Args:
        database: The build database; need not exist.

    Returns:
        The fingerprint of each portfolio and day; nothing where no month was ever read.
    """
    if not database.exists():
        return {}
    with duckdb.connect(str(database), read_only=True) as connection:
        schemas = connection.execute(
            "select table_schema from information_schema.tables where table_name = $name and table_catalog ="
            " current_database()",
            {"name": LEDGER},
        ).fetchall()
        if not schemas:
            return {}
        rows = connection.execute(
            f'select portfolio, snapshot_date, fingerprint from "{schemas[0][0]}".{LEDGER}'
        ).fetchall()
    return {(portfolio, day): fingerprint for portfolio, day, fingerprint in rows}


def loads_anew(dbt_arguments: Sequence[str]) -> bool:
    """Tell whether a build is to forget every month and read all of them again."""
    return bool({"--full-refresh", "-f"} & set(dbt_arguments))


def batches(
    found: dict[str, list[Snapshot]], known: dict[tuple[str, date], str], *, anew: bool, accepted: bool
) -> list[Batch]:
    """Put the snapshots that have to be read in order, oldest first; the latest of each portfolio comes last.

    Args:
        found: The snapshots on disk, by portfolio, oldest first.
        known: The ledger.
        anew: Whether to read all of them.
        accepted: Whether months whose files are gone may be lost by that.

    Returns:
        The batches; the last one is there in any case, without months an empty one.

    Raises:
        BankChurnError: If months would be lost.
    """
    if anew and not accepted:
        check_loss(found, known)
    latest = {portfolio: snapshots[-1] for portfolio, snapshots in found.items() if snapshots}
    if not anew:
        check_latest(latest, known)
    waiting = {
        portfolio: [
            one for one in snapshots[:-1] if anew or known.get((portfolio, one.day)) != one.fingerprint
        ]
        for portfolio, snapshots in found.items()
    }
    count = max((len(ones) for ones in waiting.values()), default=0)
    planned = []
    for place in range(count):
        fresh = {portfolio: ones[place] for portfolio, ones in waiting.items() if place < len(ones)}
        planned.append(Batch({**latest, **fresh}, is_last=False, fresh=tuple(fresh.values())))
    last = [one for one in latest.values() if anew or known.get((one.portfolio, one.day)) != one.fingerprint]
    return [*planned, Batch(latest, is_last=True, fresh=tuple(last))]


def check_loss(found: dict[str, list[Snapshot]], known: dict[tuple[str, date], str]) -> None:
    """Stop before months are forgotten that cannot be read again."""
    on_disk = {(one.portfolio, one.day) for snapshots in found.values() for one in snapshots}
    lost = sorted(known.keys() - on_disk)
    if lost:
        told = ", ".join(f"{portfolio} {day}" for portfolio, day in lost)
        raise BankChurnError(
            f"--full-refresh would lose {told}: their files are gone. Put them back, or accept the loss with"
            f" --vars '{{{ACCEPTED}: true}}'."
        )


def check_latest(latest: dict[str, Snapshot], known: dict[tuple[str, date], str]) -> None:
    """Stop where the clients would be those of a month that is not the latest.

    Args:
        latest: The latest snapshot on disk of each portfolio.
        known: The ledger.
    """
    for portfolio, day in sorted(known):
        if portfolio in latest and day > latest[portfolio].day:
            raise BankChurnError(
                f"{portfolio}: the latest month that was loaded, {day}, has no file any more; the latest on"
                f" disk is {latest[portfolio].day}. Put the file back: clients are those of the latest month."
            )


def write_note(batch: Batch, found: dict[str, list[Snapshot]], note: Path) -> None:
    """Tell dbt which snapshot of each portfolio to read.

    Args:
        batch: The snapshots.
        found: All that are on disk.
        note: The file to write.
    """
    told = {
        portfolio: {
            "date": str(one.day),
            "files": list(one.files),
            "fingerprint": one.fingerprint,
            "column": one.column,
            "values": list(one.values),
            "is_fresh": one in batch.fresh,
            "on_disk": [str(other.day) for other in found[portfolio]],
        }
        for portfolio, one in batch.snapshots.items()
    }
    note.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
