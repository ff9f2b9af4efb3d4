"""Commands that are stopped or killed: a sentence, no process left, no lock left, nothing half done."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from bank_churn.errors import BankChurnError
from bank_churn.publishing.history import PUBLISHED_FILES, publishing, verify
from bank_churn.tools.files import only_one, replace_text
from conftest import ROOT, SMALL_MODEL, Build, linked_project, run_build
from extracts import good_row, to_line, write_lines

QUICK = ("--quiet", "--vars", SMALL_MODEL)
STAND_IN = """#!{python}
import os, time
from pathlib import Path
from bank_churn.running.lifetime import end_with_command
end_with_command()
Path({told!r}).write_text(f"{{os.getpid()}}\\n")
time.sleep(300)
"""
COMMAND = "import sys; from bank_churn.cli import main; sys.executable = sys.argv.pop(1); sys.exit(main())"
WORKERS = """
import os, sys, time
from pathlib import Path
from bank_churn.scoring import cross_fitting
def work(rows, number):
    Path(sys.argv[1], f"worker{number}").write_text(f"{os.getpid()}\\n")
    time.sleep(300)
cross_fitting.in_processes(work, [(range(cross_fitting.SMALL), number) for number in range(2)])
"""


def wait_for(path: Path, process: subprocess.Popen[str]) -> int:
    """The process id that another process writes to a file."""
    while not (path.exists() and path.read_text().endswith("\n")):
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    return int(path.read_text())


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def ends(pid: int) -> bool:
    """Whether a process ends, given time enough for the slowest machine."""
    for _ in range(600):
        if not is_alive(pid):
            return True
        time.sleep(0.05)
    return False


def start_build(folder: Path) -> subprocess.Popen[str]:
    """A build in which a script that sleeps stands for dbt."""
    stand_in = folder / "python"
    stand_in.write_text(STAND_IN.format(python=sys.executable, told=str(folder / "dbt")))
    stand_in.chmod(0o700)
    extract = write_lines(folder / "clients.csv", [to_line(good_row(number)) for number in range(20)])
    environment = {**os.environ, "METANPROM_CLIENTS": str(extract), "BANK_SCROOGE_CLIENTS": ""}
    places = {"database": "build/x.duckdb", "target-path": "target", "output": "published"}
    options = [part for name, place in places.items() for part in (f"--{name}", str(folder / place))]
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, str(stand_in), "build", *options],
        cwd=ROOT,
        env=environment | {"BANK_CHURN_TEMP_DIRECTORY": str(folder / "spill")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGKILL, -9), (signal.SIGTERM, 130), (signal.SIGINT, 130)]
)
def test_dbt_ends_with_its_build_and_holds_its_lock(tmp_path: Path, number: signal.Signals, code: int):
    build = start_build(tmp_path)
    dbt = wait_for(tmp_path / "dbt", build)
    lock = tmp_path / "build/.x.duckdb.lock"
    with (
        pytest.raises(BankChurnError, match=rf"^Wait\. It is held by process {build.pid} since 20"),
        only_one(lock, taken="Wait."),
    ):
        pass
    build.send_signal(number)
    _, said = build.communicate()
    assert build.returncode == code
    if code > 0:
        assert said == "bank_churn: stopped; what is published is whole, and is as it was or new.\n"
        assert not (tmp_path / "spill/x.duckdb").exists()
    assert ends(dbt)
    with only_one(lock, taken="Wait."):
        pass


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
def test_processes_that_train_end_with_the_one_that_started_them(tmp_path: Path):
    trainer = subprocess.Popen([sys.executable, "-c", WORKERS, str(tmp_path)], text=True)
    workers = [wait_for(tmp_path / f"worker{number}", trainer) for number in range(min(2, os.cpu_count()))]
    trainer.kill()
    trainer.wait()
    assert [worker for worker in workers if not ends(worker)] == []


def test_a_lock_outlives_a_killed_command_while_something_it_started_holds_it(tmp_path: Path):
    script = (
        "import os, subprocess, sys, time; from pathlib import Path;"
        " from bank_churn.tools.files import held_locks, only_one\n"
        "with only_one(Path(sys.argv[1]), taken=''):\n"
        "    child = subprocess.Popen(['sleep', '300'], pass_fds=held_locks())\n"
        "    print(child.pid, flush=True)\n"
        "    time.sleep(300)\n"
    )
    lock = tmp_path / ".lock"
    command = [sys.executable, "-c", script, str(lock)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        child = int(holder.stdout.readline())
        holder.kill()
    with pytest.raises(BankChurnError, match="held by process"), only_one(lock, taken=""):
        pass
    os.kill(child, signal.SIGKILL)
    assert ends(child)
    with only_one(lock, taken=""):
        pass


WRITING = """
import sys, time
from pathlib import Path
from bank_churn.tools.files import replacing
with replacing(Path(sys.argv[1])) as unfinished:
    unfinished.write_text("half")
    print("written", flush=True)
    time.sleep(300)
"""


def test_half_a_file_that_a_killed_command_left_goes_with_the_next_one(tmp_path: Path):
    """What another command is still writing stays."""
    file = tmp_path / "list.csv"
    command = [sys.executable, "-c", WRITING, str(file)]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as killed,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other,
    ):
        for process in (killed, other):
            assert process.stdout is not None
            assert process.stdout.readline() == "written\n"
        killed.kill()
        killed.wait()
        assert len(list(tmp_path.glob(".list.csv-*/list.csv"))) == 2
        replace_text(file, "whole")
        assert len(list(tmp_path.glob(".list.csv-*/list.csv"))) == 1
        other.kill()
    replace_text(file, "whole again")
    assert [path.name for path in tmp_path.iterdir()] == ["list.csv"]
    assert file.read_text() == "whole again"


# Whole builds


def processes_of(marker: str) -> list[int]:
    """The running processes that inherited a variable of this value."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if f"={marker}\0".encode() in (folder / "environ").read_bytes() and is_alive(int(folder.name)):
                found.append(int(folder.name))
    return found


def trains(marker: str) -> bool:
    """Whether processes that train models have come to be."""
    for pid in processes_of(marker):
        with contextlib.suppress(OSError):
            if b"LokyProcess" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return True
    return False


def kill_whole_build(folder: Path, delay: float, *, sign: Callable[[str], bool]) -> bool:
    """Kill the command alone, some time after a sign, and wait for the rest; False if it had ended before."""
    marker = uuid.uuid4().hex
    environment = {**os.environ, "METANPROM_CLIENTS": "demo", "BANK_SCROOGE_CLIENTS": "", "MARKER": marker}
    environment |= {"BANK_CHURN_TEMP_DIRECTORY": "../spill", "DBT_LOG_PATH": str(folder / "logs")}
    command = [sys.executable, "-m", "bank_churn.cli", "build", *QUICK]
    command += [
        "--database",
        "../build/bank_churn.duckdb",
        "--target-path",
        "../target",
        "--output",
        "../published",
    ]
    project = linked_project(folder / "project-of-links", ROOT)
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=project, env=environment, **silent) as process:
        while process.poll() is None and not sign(marker):
            time.sleep(0.05)
        time.sleep(delay)
        was_running = process.poll() is None
        process.kill()
    killed_at = time.monotonic()
    while left := processes_of(marker):
        assert time.monotonic() < killed_at + 60, left
        time.sleep(0.1)
    print(f"killed {delay:.1f} s after the sign, {time.monotonic() - killed_at:.1f} s later nothing was left")
    return was_running


def assert_whole(build: Build) -> None:
    """Each database can be read before the next command; after it all outputs are of one publication."""
    for file in PUBLISHED_FILES:
        database = f"published/{file.file_name}"
        for (relation,) in build.query(
            "select table_name from duckdb_tables() where not internal and schema_name = 'main'", database
        ):
            build.query(f'select * from "{relation}"', database)
    with publishing(build.published):
        pass
    assert verify(build.published)[1] == []
    assert [path for path in build.published.rglob(".*") if path.name != ".lock"] == []


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
def test_a_build_killed_at_any_moment_leaves_no_process_and_one_publication(tmp_path: Path):
    """22 kills: two while models are trained, sixteen while dbt builds, four while the build publishes."""
    build = Build(code=0, stdout="", stderr="", folder=tmp_path)
    chance = random.Random(6)
    killed = sum(kill_whole_build(tmp_path, chance.uniform(0, 3), sign=trains) for _ in range(2))
    whole = run_build(tmp_path, metanprom="demo", arguments=QUICK, databases_only=False)
    assert whole.code == 0, whole.stderr
    for _ in range(16):
        killed += kill_whole_build(tmp_path, chance.uniform(0.5, 40), sign=lambda _: True)
        assert_whole(build)
    for _ in range(4):
        killed += kill_whole_build(
            tmp_path,
            chance.uniform(0, 2),
            sign=lambda _: bool(list(build.published.glob(".publishing-*"))),
        )
        assert_whole(build)
    print(f"{killed} builds killed")
    assert killed >= 20
    again = run_build(tmp_path, metanprom="demo", arguments=QUICK, databases_only=False)
    assert again.code == 0, again.stderr
    assert_whole(build)
