"""Crashes `erase` at one file operation after another, and erases again what was left.

A script of its own, since it forks: in a process where DuckDB has run, forking is not safe.
Arguments: a folder, and how many file operations to go on from one crash to the next.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from bank_churn.building import build
from bank_churn.erasing.erase import erase
from bank_churn.publishing.history import publications, verify
from crash_points import CRASHED, WHOLE, crash_at, in_child, make_dashboards, publish_all
from left_of_client import places_of
from made_up_publication import arguments, make_build

CLIENTS = 800


def attempt(folder: Path, client: str, point: int) -> None:
    crash_at(point)
    erase(arguments(folder), portfolio="volga", client_id=client, receipts=folder / "receipts")


def look(folder: Path, number: int) -> None:
    """Whole, and without the client; the receipt tells no more than it should."""
    output, client = folder / "published", f"id{number}"
    assert verify(output)[1] == [], verify(output)[1]
    found = places_of(folder, {client, f"key{number}"}, {number * 1000.5})
    assert found == [], found
    assert publications(output) == ["000001", "000002"]
    hidden = [path for path in output.rglob(".*") if path.name not in (".lock",)]
    hidden += list(folder.rglob("*.unfinished"))
    assert hidden == [], hidden
    receipts = sorted((folder / "receipts").iterdir())
    document = json.loads(receipts[-1].read_text())
    assert set(document) == {"id_sha256", "begun_at", "finished_at", "erased", "extracts"}
    assert document["extracts"] == ["volga.csv"], document
    assert document["finished_at"], document


def crashes(folder: Path, step: int) -> int:
    """Crash ever later, until erasing comes to its end; the number of crashes."""
    for count, point in enumerate(range(1, 3_000, step)):
        number = 2 * count + 1  # an odd one's amount is no whole number
        in_child(lambda: make_build(folder, 3, clients=CLIENTS))
        code = in_child(attempt, folder, f"id{number}", point)
        assert code in (WHOLE, CRASHED), f"point {point}: neither crashed nor done, but {code}"
        if code == CRASHED and in_child(attempt, folder, f"id{number}", 10**9) != WHOLE:
            assert not list((folder / "receipts").glob("*.unfinished")), f"point {point}: not finished"
        assert in_child(look, folder, number) == WHOLE, f"point {point}"
        if code == WHOLE:
            return count
    raise AssertionError("erasing has no end")


def main() -> None:
    folder, step = Path(sys.argv[1]).resolve(), int(sys.argv[2])
    folder.mkdir(exist_ok=True)
    os.chdir(folder)
    build.dashboards_of = lambda published, history_of: make_dashboards(
        published=published, folder=published.parent
    )
    for number in (1, 2):
        in_child(lambda number=number: make_build(folder, number, clients=CLIENTS))
        assert in_child(publish_all, folder) == WHOLE
    print(crashes(folder, step))


if __name__ == "__main__":
    main()
