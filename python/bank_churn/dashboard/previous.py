"""The publication before the current one, where the publisher keeps it."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

HISTORY = "history"


def previous_publication(published: Path, *, folder: Path | None = None) -> Path | None:
    """Find the newest kept publication that is older than the one on display.

    Args:
        published: The database of aggregates on display.
        folder: Kept ones lie in its `history/<publication id>/` under the same file name; by default
            the database's own folder.

    Returns:
        The previous database, or None if none is kept.
    """
    current = publication_number(published)
    kept = {
        int(path.parent.name): path
        for path in ((folder or published.parent) / HISTORY).glob(f"*/{published.name}")
        if re.fullmatch(r"\d{6,}", path.parent.name)
    }
    earlier = [number for number in kept if current is not None and number < current]
    found = kept[max(earlier)] if earlier else None
    return found if found is not None and publication_number(found) is not None else None


def publication_number(database: Path) -> int | None:
    """Read which publication a database is."""
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            row = connection.execute("select publication_id from _publication").fetchone()
        return int(row[0]) if row else None
    except (duckdb.Error, ValueError):
        return None
