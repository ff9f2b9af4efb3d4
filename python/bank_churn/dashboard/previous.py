"""The publication before the current one, where the publisher keeps it."""

from __future__ import annotations

from pathlib import Path

import duckdb

HISTORY = "history"


def previous_publication(published: Path) -> Path | None:
    """Find the newest kept publication that is not the one on display.

    Args:
        published: The current database of aggregates; kept ones lie beside it in
            `history/<publication id>/` under the same file name.

    Returns:
        The previous database, or None if none is kept.
    """
    current = publication_facts(published)
    if current is None:
        return None
    kept = []
    for path in (published.parent / HISTORY).glob(f"*/{published.name}"):
        facts = publication_facts(path)
        if facts is not None and facts[0] != current[0] and facts[1] <= current[1]:
            kept.append((facts[1], str(path)))
    return Path(max(kept)[1]) if kept else None


def publication_facts(database: Path) -> tuple[str, str] | None:
    """Read which publication a database is.

    Args:
        database: A published database.

    Returns:
        Id and time of the publication, or None if the database does not tell or cannot be read: a page
        without a comparison is better than no page.
    """
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            row = connection.execute("select publication_id, published_at from _publication").fetchone()
    except duckdb.Error:
        return None
    return (str(row[0]), str(row[1])) if row else None
