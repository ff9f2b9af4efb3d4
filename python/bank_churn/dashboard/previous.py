"""The publication before the current one, where the publisher keeps it."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from bank_churn.publishing.outputs import DamagedError, checked
from bank_churn.tools.screen import screen
from bank_churn.words.speech import sentence

HISTORY = "history"


def previous_publication(published: Path, *, folder: Path | None = None) -> Path | None:
    """Find the newest kept publication that is older than the one on display.

    Args:
        published: The database of aggregates on display.
        folder: Kept ones lie in its `history/<publication id>/` under the same file name; by default
            the database's own folder.

    Returns:
        The previous database, or None if none is kept or it is damaged, which is said.
    """
    current = publication_number(published)
    kept = {
        int(path.parent.name): path
        for path in ((folder or published.parent) / HISTORY).glob(f"*/{published.name}")
        if re.fullmatch(r"\d{6,}", path.parent.name)
    }
    earlier = [number for number in kept if current is not None and number < current]
    if not earlier:
        return None
    try:
        return checked(kept[max(earlier)].parent, published.name)
    except DamagedError as error:
        screen.warn(sentence(str(error)))
        return None


def publication_number(database: Path) -> int | None:
    """Read which publication a database is."""
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            row = connection.execute("select publication_id from _publication").fetchone()
        return int(row[0]) if row else None
    except (duckdb.Error, ValueError):
        return None
