"""What dbt's process leaves out is what nobody reads."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

RUN = """
import sys
from bank_churn.running.dbt_process import say_less
from dbt.cli.main import dbtRunner
from dbt_common.events import logger

made = []
create_line = logger._JsonLogger.create_line
logger._JsonLogger.create_line = lambda self, msg: made.append(msg.info.level) or create_line(self, msg)
if sys.argv[1] == "less":
    say_less()
dbtRunner().invoke(["debug", "--connection", "--log-format", "json", "--log-format-file", "debug"])
print(sorted(set(made)), file=sys.stderr)
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[list[str], str, str]]:
    """What dbt says, writes to its log and makes lines of, as it is and with less."""
    found = {}
    for how in ("as_it_is", "less"):
        folder = tmp_path_factory.mktemp(how)
        profile = {"x": {"target": "d", "outputs": {"d": {"type": "duckdb", "path": "hunter2.duckdb"}}}}
        (folder / "profiles.yml").write_text(json.dumps(profile), encoding="utf-8")
        project = {"name": "x", "profile": "x", "flags": {"send_anonymous_usage_stats": False}}
        (folder / "dbt_project.yml").write_text(json.dumps(project), encoding="utf-8")
        secret = {"DBT_ENV_SECRET_WORD": "hunter2"}
        done = subprocess.run(
            [sys.executable, "-c", RUN, how],
            cwd=folder,
            env={**os.environ, **secret},
            capture_output=True,
            text=True,
            check=True,
        )
        lines = [json.loads(line)["info"]["msg"] for line in done.stdout.splitlines()]
        found[how] = (lines, (folder / "logs/dbt.log").read_text(encoding="utf-8"), done.stderr)
    return found


def test_the_same_is_said_and_logged(told: dict):
    (said, log, _), (said_less, log_less, _) = told["as_it_is"], told["less"]
    names = [line.split(":")[0].split(" at ")[0] for line in said]
    assert [line.split(":")[0].split(" at ")[0] for line in said_less] == names
    assert len(log_less.splitlines()) == len(log.splitlines())
    assert "[debug]" in log_less


def test_lines_that_nobody_reads_are_not_made(told: dict):
    assert "debug" in told["as_it_is"][2]
    assert "debug" not in told["less"][2]


def test_secrets_are_still_hidden(told: dict):
    for lines, log, _ in told.values():
        assert "hunter2" not in log + "".join(lines)
        assert "*****" in log + "".join(lines)
