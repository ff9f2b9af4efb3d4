"""What other processes do in the tests of publishing: read without pause, and publish without pause."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import duckdb
from bank_churn.publishing.publish import publish
from made_up_publication import arguments, make_build


def poll(folder: Path) -> None:
    """Open the published file anew again and again until told to stop; print what was seen as JSON.

    In one connection every query must answer from one publication.
    """
    path, stop = str(folder / "published/bank_churn.duckdb"), folder / "stop"
    polls, ids = 0, []
    print("ready", flush=True)
    while not stop.exists():
        with duckdb.connect(path, read_only=True) as connection:
            first = connection.execute(
                "select publication_id, dbt_invocation_id from _publication"
            ).fetchall()
            time.sleep(0.01)
            numbers = connection.execute("select distinct 'build ' || build_number from rates").fetchall()
            sources = connection.execute("select publication_id from _publication_sources").fetchall()
            last = connection.execute(
                "select publication_id, dbt_invocation_id from rates_v1, _publication"
            ).fetchall()
        [(publication_id, build)] = first
        assert numbers == [(build,)], (first, numbers)
        assert set(sources) == {(publication_id,)}, (first, sources)
        assert set(last) == set(first), (first, last)
        polls += 1
        if publication_id not in ids:
            ids.append(publication_id)
    print(json.dumps({"polls": polls, "ids": ids}))


def publish_for_ever(folder: Path, number: int) -> None:
    """Publish build after build, until killed."""
    print("ready", flush=True)
    while True:
        make_build(folder, number)
        publish(arguments(folder))
        number += 1


if __name__ == "__main__":
    command, where, *rest = sys.argv[1:]
    if command == "poll":
        poll(Path(where))
    else:
        publish_for_ever(Path(where), int(rest[0]))
