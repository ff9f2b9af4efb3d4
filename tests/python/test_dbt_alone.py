"""Plain dbt, without `bank_churn build`: a fresh clone, a part of the graph, a bank that is switched off."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from conftest import copy_project


def dbt(project: Path, *arguments: str, **variables: str) -> str:
    """Run dbt in a project's folder as a user does; its output, and an error unless it is green."""
    foreign = re.compile("DBT_|BANK_CHURN_|.*_CLIENTS$")
    known = {name: value for name, value in os.environ.items() if not foreign.match(name)}
    known |= {"DBT_PROFILES_DIR": str(project)} | variables
    command = [sys.executable, "-m", "dbt.cli.main", *arguments]
    done = subprocess.run(command, cwd=project, env=known, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A fresh copy of the project, in a folder whose name holds an apostrophe."""
    folder = tmp_path / "o'brien"
    folder.mkdir()
    return copy_project(folder)


def test_a_bank_that_is_switched_off_breaks_nothing(project: Path):
    staging = project / "models/staging/metanprom/stg_metanprom__clients.sql"
    staging.write_text(staging.read_text(encoding="utf-8").replace("creditcard", "no_such_column as x, y"))
    settings = project / "dbt_project.yml"
    broken = settings.read_text(encoding="utf-8").replace(
        "    metanprom: {", "    metanprom: {without: [nonsense], "
    )
    settings.write_text(broken, encoding="utf-8")
    output = dbt(project, "build", "-s", "+int_clients__unioned", "cities", METANPROM_CLIENTS="")
    assert "[WARNING]" not in output
    with duckdb.connect(str(project / "data/build/bank_churn.duckdb"), read_only=True) as connection:
        counts = "select portfolio, count(*) > 1000 from int_clients__unioned group by portfolio"
        assert connection.execute(counts).fetchall() == [("bank_scrooge", True)]
        assert connection.execute("select count(*) > 10 from cities").fetchall() == [(True,)]
    assert [path.name for path in (project / "data/raw/demo").iterdir()] == ["bank_scrooge_demo.csv"]


@pytest.mark.slow
def test_any_part_of_the_graph_is_green(project: Path):
    dbt(project, "build", "-s", "+churn_by_city")
    dbt(project, "build", "-s", "churn_by_city+")
    output = dbt(project, "build")
    assert "ERROR=0" in output
    assert "[WARNING]" not in output
    dbt(project, "build", "-s", "models/churn")
