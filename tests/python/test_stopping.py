"""Commands that are stopped or killed: a sentence, no process left, no lock left, nothing half done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from bank_churn.errors import BankChurnError
from bank_churn.tools.files import only_one
from conftest import ROOT
from extracts import good_row, to_line, write_lines

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
    ("number", "code"), [(signal.SIGKILL, -9), (signal.SIGTERM, 143), (signal.SIGINT, 130)]
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
