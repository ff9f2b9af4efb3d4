"""Goes on from what each command leaves behind when it is killed at any of its file-system calls.

What a kill leaves is what is in the folder before the call: the command runs once, stopped at each call for a
copy of its folder; then each of these states is put back, looked at, left to the next command, and looked at
again. Some of those next commands are really killed themselves, and called again.

A script of its own, since it forks: in a process where DuckDB has run, forking is not safe. Arguments: a
folder, which part of the states to try (1: all, 5: a fifth), and the actions. What was tried is noted in the
folder; a run that is begun again goes on from there. With a C compiler a call is whatever changes a file, by
DuckDB too; without, what Python does.
"""

from __future__ import annotations

import ctypes
import hashlib
import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from bank_churn.building import build, check, dashboards
from bank_churn.erasing.erase import erase
from bank_churn.exports import docs
from bank_churn.exports.write import export
from bank_churn.publishing.history import (
    PUBLISHED_FILES,
    history_folder,
    publication_id_of,
    publications,
    publishing,
    rollback,
    verify,
)
from bank_churn.publishing.outputs import MANIFEST, OUTPUTS, checked, files_below, outputs_of, read_manifest
from conftest import ROOT
from extracts import HEADER, good_row, to_line
from left_of_client import places_of
from made_up_publication import arguments, make_build, write_json

ACTIONS = ("publish", "rollback", "export", "dashboard", "docs", "erase", "check")
EVENTS = ("open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "os.link", "shutil.copyfile")
WHOLE, BROKEN = 0, 1
CLIENTS = 60
CLIENT = 7  # its amount is no whole number
NEVER, EACH = -1, 0
LIBRARY = "kill_before.so"
KEPT = {
    *("build/bank_churn.duckdb", "build/other.duckdb", "build/intake/bank_churn/volga.csv", "volga.csv"),
    *("target/manifest.json", "target/run_results.json", "target/compiled.sql", "logs/dbt.log"),
    *("campaigns/autumn/treated.csv", "campaigns/autumn/treated.xlsx", "dbt_project.yml", "metanprom.csv"),
}
"""What stands in the folder besides what is published, and stays but for an erasure."""


def kill_at(point: int) -> None:
    """End this process, with nothing cleaned up, before its file-system call number `point`."""
    if LIBRARY in os.environ.get("LD_PRELOAD", ""):
        ctypes.CDLL(None).kill_before(ctypes.c_long(point))
        return
    calls = itertools.count(1)
    at_each_call(lambda: os.kill(os.getpid(), signal.SIGKILL) if next(calls) == point else None)


def stop_at_each() -> None:
    """Stop this process before each file-system call, until it is told to go on."""
    if LIBRARY in os.environ.get("LD_PRELOAD", ""):
        ctypes.CDLL(None).stop_before_each()
        return
    at_each_call(lambda: os.kill(os.getpid(), signal.SIGSTOP))


def at_each_call(act: Callable[[], None]) -> None:
    """Do something before whatever Python changes files by."""

    def hook(event: str, details: tuple) -> None:
        if event in EVENTS and not str(details[0]).startswith((sys.prefix, sys.base_prefix)):
            act()

    sys.addaudithook(hook)


def child_of(action, *values: object) -> int:
    """Run in a process of its own; its id."""
    child = os.fork()
    if child == 0:
        code = BROKEN
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.chdir(values[0])  # what a command asks of the project, it asks of the current folder
            action(*values)
            code = WHOLE
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    return child


def in_child(action, *values: object) -> int:
    """Run in a process of its own; returns its exit code."""
    return os.waitstatus_to_exitcode(os.waitpid(child_of(action, *values), 0)[1])


# What stands for what takes long and is about other files


def write_page(folder: Path, name: str, published: Path) -> Path:
    """Stands for what makes a page: it is not about its text."""
    (folder / name).write_text(f"publication {publication_id_of(published)}")
    return folder / name


def make_dashboards(*, published: Path, folder: Path, **_further: object) -> list[Path]:
    return [write_page(folder, "dashboard.ru.html", published)]


def judge_with_dbt(database: Path, *_further: object) -> None:
    """Stands for dbt, which a killed check leaves in the middle of its database or at its end."""
    import duckdb

    with duckdb.connect(str(database)) as connection:
        connection.execute("create table data_quality as from range(20_000)")


def stand_in() -> None:
    build.dashboards_of = lambda published, history_of: make_dashboards(
        published=published, folder=published.parent
    )
    dashboards.make_dashboards, dashboards.make_passports = make_dashboards, lambda **_: []
    docs.pages_of = lambda language, places, *, published: (
        f"publication {publication_id_of(published)}",
        f"publication {publication_id_of(published)}",
    )
    check.read_with_dbt = judge_with_dbt
    check.report = lambda *_, **__: check.Checked(text="", code=0)


# The folder every kill begins with


def publish_all(folder: Path) -> None:
    """The part of a build that begins when dbt has ended."""
    build.publish_and_export(arguments(folder), language="ru")


def numbered(folder: Path, number: int) -> None:
    make_build(folder, number, clients=CLIENTS)


def make_russian_docs(folder: Path) -> None:
    docs.make_docs(arguments(folder), language="ru")


def add_what_knows_the_client(folder: Path) -> None:
    """Months that dbt cannot make anew, a second build, copies of extracts, a campaign, dbt's notes."""
    import duckdb

    build_folder = folder / "build"
    with duckdb.connect(str(build_folder / "bank_churn.duckdb")) as connection:
        connection.execute("create table ledger as select * from clients_v1")
    with duckdb.connect(str(build_folder / "other.duckdb")) as connection:
        connection.execute(
            f"""create table clients_v1 as
            select 'volga' as portfolio, 'key{CLIENT}' as client_key, 'id{CLIENT}' as client_id"""
        )
    manifest = json.loads((folder / "target/manifest.json").read_text())
    ledger = {
        "resource_type": "model",
        "name": "ledger",
        "alias": "ledger",
        "access": "protected",
        "config": {"enabled": False, "materialized": "incremental"},
    }
    manifest["nodes"]["model.bank_churn.ledger"] = ledger
    write_json(folder / "target/manifest.json", manifest)
    files = {
        "build/intake/bank_churn/volga.csv": f"id{CLIENT};0\n",
        "campaigns/autumn/treated.csv": f"client_key;client_id\nkey{CLIENT};id{CLIENT}\nkey8;id8\n",
        "campaigns/autumn/treated.xlsx": "",
        "target/compiled.sql": f"select 'key{CLIENT}'",
        "logs/dbt.log": f"where client_key = 'key{CLIENT}'",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def prepare(folder: Path) -> None:
    """Two publications with all their outputs, and a build to be published."""
    folder.mkdir()
    (folder / "temporary").mkdir()
    lines = [",".join(HEADER), *(to_line(good_row(number)) for number in range(50))]
    (folder / "metanprom.csv").write_bytes("\n".join(lines).encode("cp1251"))  # dbt needs a plain copy
    steps = (
        *((numbered, 1), (publish_all,), (numbered, 2), (publish_all,), (numbered, 3)),
        *((make_russian_docs,), (add_what_knows_the_client,)),
    )
    for step, *values in steps:
        assert in_child(step, folder, *values) == WHOLE


def attempt(folder: Path, action: str, point: int) -> None:
    output, paths = folder / "published", arguments(folder)
    if point == EACH:
        stop_at_each()
    elif point != NEVER:
        kill_at(point)
    if action == "publish":
        publish_all(folder)
    elif action == "rollback":
        rollback(output=output)
    elif action == "export":
        export(output=output, language="en")
    elif action == "dashboard":
        dashboards.publish_dashboards(output=output, languages=("ru",))
    elif action == "docs":
        docs.make_docs(paths, language="en")
    elif action == "erase":
        erase(paths, portfolio="volga", client_id=f"id{CLIENT}", receipts=folder / "receipts")
    else:
        os.chdir(ROOT)  # whose project says what an extract is
        check.check(
            str(folder / "metanprom.csv"),
            portfolio="metanprom",
            language="en",
            show_rows=False,
            build_folder=folder / "build",
            dbt_arguments=[],
        )


# What is there at each call

State = dict[str, tuple[int, str | None]]
"""Mode of each folder and file, and where the content of a file is."""


class States:
    """The different states of a folder while a command runs, in order; their files are kept once each."""

    def __init__(self, folder: Path, action: str) -> None:
        self._blobs, self._note = folder / "blobs", folder / f"{action}.states.json"
        self._now = folder / "now"
        self._blobs.mkdir(exist_ok=True)
        found = json.loads(self._note.read_text()) if self._note.exists() else {"calls": 0, "states": []}
        self.calls, self.found = found["calls"], found["states"]

    def run(self, action: str) -> None:
        """Run the command once, stopped at each call."""
        seen: set[str] = set()
        child = child_of(attempt, self._now, action, EACH)
        while os.WIFSTOPPED(status := os.waitpid(child, os.WUNTRACED)[1]):
            self.calls += 1
            state = self.state()
            text = json.dumps(state, sort_keys=True)
            if text not in seen:
                seen.add(text)
                self.found.append(state)
            os.kill(child, signal.SIGCONT)
        assert os.waitstatus_to_exitcode(status) == WHOLE, f"{action} fails when nothing stops it"
        self._note.write_text(json.dumps({"calls": self.calls, "states": self.found}))

    def state(self) -> State:
        found: State = {}
        for path in sorted(self._now.rglob("*")):
            mode, content = path.lstat().st_mode, None
            if not path.is_dir():
                data = path.read_bytes()
                content = hashlib.sha256(data).hexdigest()
                if not (self._blobs / content).exists():
                    (self._blobs / content).write_bytes(data)
            found[path.relative_to(self._now).as_posix()] = (mode & 0o7777, content)
        return found

    def put_back(self, state: State) -> None:
        shutil.rmtree(self._now, ignore_errors=True)
        self._now.mkdir()
        for name, (_, content) in state.items():
            if content is None:
                (self._now / name).mkdir()
            else:
                shutil.copyfile(self._blobs / content, self._now / name)
        for name, (mode, _) in state.items():
            (self._now / name).chmod(mode)


# What is left


def read(databases: list[Path], clients: int) -> list[tuple[str, int]]:
    """Publication and build of published databases, all of whose rows must be there and of that build."""
    import duckdb

    found, connection = [], duckdb.connect()
    for path in databases:
        table, rows = ("clients", clients) if "clients" in path.name else ("rates", 3)
        connection.execute(f"attach '{path}' as it (read_only)")
        one = connection.execute(
            f"""select count(*), min(build_number), max(build_number), min(publication_id),
                min(dbt_invocation_id) from it.{table}, it._publication"""
        ).fetchone()
        assert one[:3] == (rows, one[1], one[1]), (path, one)
        assert one[4] == f"build {one[1]}", (path, one)
        found.append((one[3], one[1]))
        connection.execute("detach it")
    return found


def in_place(output: Path) -> list[Path]:
    return [output / file.file_name for file in PUBLISHED_FILES]


def look_before(folder: Path, action: str) -> None:
    """Before the next command each database can be read, and is of the old or the new publication."""
    if action == "erase":
        return  # that the client is there or not, and nothing else is different, is for afterwards
    found = read(in_place(folder / "published"), CLIENTS)
    allowed = {2, {"publish": 3, "rollback": 1}.get(action, 2)}
    assert {number for _, number in found} <= allowed, (found, allowed)


def next_command(folder: Path, action: str, point: int) -> None:
    """Any command puts the published files right; erasing and checking are called again."""
    if action in ("erase", "check"):
        if action == "check" or not list((folder / "receipts").glob("[0-9]*.json")):
            attempt(folder, action, point)
        return
    if point != NEVER:
        kill_at(point)
    with publishing(folder / "published"):
        pass


def go_on(folder: Path, action: str) -> None:
    """Look, call the next command, look again."""
    look_before(folder, action)
    next_command(folder, action, NEVER)
    look(folder, action)


def look(folder: Path, action: str) -> None:
    """After the next command all outputs belong together, and nothing else is there."""
    output = folder / "published"
    clients = CLIENTS - (action == "erase")
    [one, other] = read(in_place(output), clients)
    assert one == other, (one, other)
    assert verify(output)[1] == [], verify(output)[1]
    for page in output.glob("*.html"):
        assert page.read_text() == f"publication {one[0]}", page
    for publication_id in publications(output):
        kept = history_folder(output) / publication_id
        databases = [checked(kept, file.file_name) for file in PUBLISHED_FILES]
        assert {found[0] for found in read(databases, clients)} == {publication_id}
        known = {file.stored for file in outputs_of(read_manifest(kept))} | {MANIFEST}
        assert {path.as_posix() for path in files_below(kept)} == known
    assert set(os.listdir(output / "history")) == set(publications(output))
    hidden = [path for path in folder.rglob(".*") if not path.name.endswith(".lock")]
    assert hidden == []
    assert os.listdir(folder / "temporary") == []
    others = {
        path.as_posix()
        for path in files_below(folder)
        if not path.name.endswith(".lock")
        and not path.is_relative_to("published/history")
        and not OUTPUTS.fullmatch(path.as_posix().removeprefix("published/"))
    }
    if action != "erase":
        assert others == KEPT, others ^ KEPT
        return
    others = {name for name in others if not name.startswith("receipts/")}
    assert others <= KEPT, others - KEPT
    look_for_client(folder)


def look_for_client(folder: Path) -> None:
    """Nothing of the client is left; the receipt tells no more than it should."""
    import duckdb

    found = places_of(folder, {f"id{CLIENT}", f"key{CLIENT}"}, {CLIENT * 1000.5})
    assert found == [], found
    with duckdb.connect(str(folder / "build/bank_churn.duckdb"), read_only=True) as connection:
        assert connection.execute("select count(*) from ledger").fetchall() == [(CLIENTS - 1,)]
    assert not (folder / "build/other.duckdb").exists()
    assert publications(folder / "published") == ["000001", "000002"]
    [receipt] = (folder / "receipts").iterdir()
    document = json.loads(receipt.read_text())
    assert set(document) == {"id_sha256", "begun_at", "finished_at", "erased", "extracts"}
    assert document["extracts"] == ["volga.csv"], document
    assert document["finished_at"], document


def try_state(states: States, folder: Path, action: str, number: int) -> None:
    """Go on from a state, now and then with a next command that is killed too."""
    states.put_back(states.found[number])
    chance = random.Random(f"{action} {number}")
    if chance.random() < 0.15:
        point = chance.randrange(1, 60)
        code = in_child(next_command, folder / "now", action, point)
        assert code in (WHOLE, -signal.SIGKILL), f"{action}, state {number}, then call {point}: {code}"
    assert in_child(go_on, folder / "now", action) == WHOLE, f"{action}, state {number}"


def spread(count: int) -> list[int]:
    """Numbers in an order whose beginnings are spread over all: by their binary digits, read backwards."""
    return sorted(range(count), key=lambda number: f"{number:020b}"[::-1])


def states_of(folder: Path, action: str, step: int) -> dict[str, int | list[str]]:
    """Try the states of an action; how many calls and states there are, how many were tried, what failed."""
    states, progress = States(folder, action), folder / f"{action}.json"
    if not states.found:
        shutil.rmtree(folder / "now", ignore_errors=True)
        shutil.copytree(folder / "before", folder / "now")
        states.run(action)
    tried = json.loads(progress.read_text()) if progress.exists() else {"tried": 0, "failed": []}
    for number in spread(len(states.found))[tried["tried"] : -(-len(states.found) // step)]:
        try:
            try_state(states, folder, action, number)
        except AssertionError as error:
            tried["failed"].append(str(error))
            print(error, file=sys.stderr, flush=True)
        tried["tried"] += 1
        progress.write_text(json.dumps(tried))
    return {"calls": states.calls, "states": len(states.found), **tried}


def main() -> None:
    folder, step, actions = Path(sys.argv[1]).resolve(), int(sys.argv[2]), sys.argv[3:] or ACTIONS
    folder.mkdir(exist_ok=True)
    if shutil.which("cc") and LIBRARY not in os.environ.get("LD_PRELOAD", ""):
        source = Path(__file__).with_name("kill_before.c")
        subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", folder / LIBRARY, source, "-ldl"], check=True)
        os.execve(
            sys.executable, [sys.executable, *sys.argv], os.environ | {"LD_PRELOAD": str(folder / LIBRARY)}
        )
    places = {"TMPDIR": "temporary", "BANK_CHURN_TEMP_DIRECTORY": "spill", "DBT_LOG_PATH": "logs"}
    os.environ |= {name: str(folder / "now" / place) for name, place in places.items()}
    os.environ |= {"BANK_CHURN_CAMPAIGNS": str(folder / "now/campaigns"), "BANK_CHURN_THREADS": "1"}
    stand_in()
    if not (folder / "before").exists():
        shutil.rmtree(folder / "now", ignore_errors=True)
        prepare(folder / "now")
        (folder / "now").rename(folder / "before")
    print(json.dumps({action: states_of(folder, action, step) for action in actions}, indent=1))


if __name__ == "__main__":
    main()
