"""Crashes one command after another, each at the next file operation, and looks at what is left.

A script of its own, since it forks: in a process where DuckDB has run, forking is not safe.
Arguments: a folder, how many file operations to go on from one crash to the next, and the actions.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from pathlib import Path

from bank_churn.building import build, dashboards
from bank_churn.exports import docs
from bank_churn.exports.write import export
from bank_churn.publishing.history import (
    current_ids,
    publication_id_of,
    publications,
    publishing,
    rollback,
    verify,
)
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
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def write_page(folder: Path, name: str, published: Path) -> Path:
    """Stands for what makes a page: it is not about its text."""
    (folder / name).write_text(f"publication {publication_id_of(published)}")
    return folder / name


def make_dashboards(*, published: Path, folder: Path, **_further: object) -> list[Path]:
    return [write_page(folder, "dashboard.ru.html", published)]


def publish_all(folder: Path) -> None:
    """The part of a build that begins when dbt has ended."""
    build.publish_and_export(arguments(folder), language="ru")


def attempt(folder: Path, action: str, point: int, goal: str) -> None:
    output, paths = folder / "published", arguments(folder)
    crash_at(point)
    if action == "publish":
        publish_all(folder)
    elif action == "rollback":
        rollback(output=output, to=goal)
    elif action == "export":
        export(output=output, language="en")
    elif action == "dashboard":
        dashboards.publish_dashboards(output=output, languages=("ru",))
    else:
        docs.make_docs(paths, language="en")


def build_of(folder: Path, name: str = "bank_churn", table: str = "rates", rows: int = 3) -> int:
    """The build of a published database, all of whose rows must be there and of that build."""
    import duckdb

    with duckdb.connect(str(folder / f"{name}.duckdb"), read_only=True) as connection:
        found = connection.execute(
            f"""select count(*), min(build_number), max(build_number),
                (select dbt_invocation_id from _publication) from {table}"""
        ).fetchall()
    [(count, low, high, invocation)] = found
    assert (count, low, f"build {low}") == (rows, high, invocation), found
    return low


def read(output: Path) -> tuple[list, list]:
    """The publication ids and builds of both files."""
    return current_ids(output), [build_of(output), build_of(output, "bank_churn_clients", "clients", CLIENTS)]


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
    kept = {name: build_of(output / "history" / name) for name in publications(output)}
    (folder / "state").write_text(json.dumps((builds[0], kept)))


def crashes_of(folder: Path, action: str, step: int) -> int:
    """Crash one action at ever later points, until it comes to its end; the number of crashes."""
    for crashes, point in enumerate(range(1, 2_000, step)):
        current, kept = json.loads((folder / "state").read_text())
        first, second = list(kept)[-2:]
        goal = first if kept[second] == current else second
        new = max(kept.values()) + 1 if action == "publish" else kept[goal]
        if action == "publish":
            in_child(lambda new=new: make_build(folder, new, clients=CLIENTS))
        code = in_child(attempt, folder, action, point, goal)
        assert code in (WHOLE, CRASHED), f"{action}, point {point}: neither crashed nor done, but {code}"
        assert in_child(look, folder, (current, new)) == WHOLE, f"{action}, point {point}"
        if code == WHOLE:
            return crashes
    raise AssertionError(f"{action} has no end")


def main() -> None:
    folder, step, actions = Path(sys.argv[1]).resolve(), int(sys.argv[2]), sys.argv[3:]
    folder.mkdir(exist_ok=True)
    os.chdir(folder)  # the warnings of a publication ask the project of the current folder
    build.dashboards_of = lambda published, history_of: make_dashboards(
        published=published, folder=published.parent
    )
    dashboards.make_dashboards, dashboards.make_passports = make_dashboards, lambda **_: []
    docs.pages_of = lambda language, places, *, published: (
        f"publication {publication_id_of(published)}",
        f"publication {publication_id_of(published)}",
    )
    for number in (1, 2):
        in_child(lambda number=number: make_build(folder, number, clients=CLIENTS))
        assert in_child(publish_all, folder) == WHOLE
    assert in_child(look, folder, (2, 2)) == WHOLE
    print(json.dumps({action: crashes_of(folder, action, step) for action in actions}))


if __name__ == "__main__":
    main()
