"""Crashes one command after another, each at the next file operation, and looks at what is left.

A script of its own, since it forks: in a process where DuckDB has run, forking is not safe.
Arguments: a folder, the action, and how many file operations to go on from one crash to the next.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from bank_churn.exports.write import export
from bank_churn.publishing.history import (
    add_outputs,
    current_ids,
    current_publication,
    publications,
    publishing,
    rollback,
    staging_folder,
    verify,
)
from bank_churn.publishing.publish import publish
from made_up_publication import arguments, make_build

EVENTS = ("open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "os.link", "shutil.copyfile")
WHOLE, CRASHED, BROKEN = 0, 9, 1
CLIENTS = 300


def crash_at(point: int) -> None:
    """End this process, with nothing cleaned up, before its file operation number `point`."""
    seen = 0

    def hook(event: str, details: tuple) -> None:
        nonlocal seen
        if event in EVENTS and not str(details[0]).startswith((sys.prefix, sys.base_prefix)):
            seen += 1
            if seen == point:
                os._exit(CRASHED)

    sys.addaudithook(hook)


def in_child(action, *values: object) -> int:
    """Run in a process of its own; returns its exit code."""
    child = os.fork()
    if child == 0:
        code = BROKEN
        try:
            action(*values)
            code = WHOLE
        finally:
            sys.stderr.flush()
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def write_page(folder: Path, facts: dict) -> None:
    """Stands for a dashboard."""
    (folder / "dashboard.ru.html").write_text(f"publication {facts['publication_id']}")


def publish_all(folder: Path) -> None:
    publish(**arguments(folder), additions=[write_page])


def add_page(output: Path) -> None:
    """Stands for the documentation."""
    with publishing(output), staging_folder(output) as folder:
        publication_id = current_publication(output)
        made = folder / "made"
        made.mkdir()
        (made / "docs_ru.html").write_text(f"publication {publication_id}")
        add_outputs(output, publication_id, made)


def attempt(folder: Path, action: str, point: int, goal: str) -> None:
    output = folder / "published"
    crash_at(point)
    if action == "publish":
        publish_all(folder)
    elif action == "rollback":
        rollback(output=output, to=goal)
    elif action == "export":
        export(output=output, language="en")
    else:
        add_page(output)


def read(output: Path) -> tuple[list, list]:
    """The publication ids and builds of both files; every table of a file must be of one build."""
    import duckdb

    builds = []
    for file, table, rows in (("bank_churn", "rates", 3), ("bank_churn_clients", "clients", CLIENTS)):
        with duckdb.connect(str(output / f"{file}.duckdb"), read_only=True) as connection:
            found = connection.execute(
                f"""select count(*), min(build_number), max(build_number),
                    (select dbt_invocation_id from _publication) from {table}"""
            ).fetchall()
        [(count, low, high, invocation)] = found
        assert (count, low, f"build {low}") == (rows, high, invocation), found
        builds.append(low)
    return current_ids(output), builds


def look(folder: Path, allowed: tuple[int, int]) -> None:
    """Before the next command each database is whole; after it all outputs belong together."""
    output = folder / "published"
    _, builds = read(output)
    assert set(builds) <= set(allowed), (builds, allowed)
    with publishing(output):
        pass
    ids, builds = read(output)
    assert len(set(ids)) == len(set(builds)) == 1, (ids, builds)
    assert verify(output)[1] == [], verify(output)[1]
    for page in output.glob("*.html"):
        assert page.read_text() == f"publication {ids[0]}", page
    names = {path.name for path in output.iterdir()} - {".lock", "history", "parquet", "parquet_clients"}
    assert not [name for name in names if name.startswith(".")], names
    assert {path.name for path in (output / "history").iterdir()} == set(publications(output))
    (folder / "current").write_text(str(builds[0]))


def main() -> None:
    folder, action, step = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    for number in (1, 2):
        in_child(lambda number=number: make_build(folder, number, clients=CLIENTS))
        in_child(publish_all, folder)
    first, second = publications(folder / "published")
    current = 2
    for crashes, point in enumerate(range(1, 2_000, step)):
        goal, new = ((first, 1), (second, 2))[current == 1]
        if action == "publish":
            new = point + 2
            in_child(lambda new=new: make_build(folder, new, clients=CLIENTS))
        code = in_child(attempt, folder, action, point, goal)
        assert code in (WHOLE, CRASHED), f"point {point}: neither crashed nor done"
        assert in_child(look, folder, (current, new)) == WHOLE, f"point {point}"
        current = int((folder / "current").read_text())
        if code == WHOLE:
            print(crashes)
            return


if __name__ == "__main__":
    main()
