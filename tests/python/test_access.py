"""What is not cleaned yet cannot be read downstream by mistake: dbt itself refuses to parse such a model."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import copy_project


def parse(project: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DBT_LOG_PATH": str(project / "logs")}
    dbt = str(Path(sys.executable).with_name("dbt"))
    return subprocess.run(
        [dbt, "parse", "--quiet", "--no-partial-parse"],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("path", "model"),
    [
        ("models/marts/churn/shortcut_v1.sql", "select * from {{ ref('stg_metanprom__clients') }}"),
        ("models/semantic/shortcut.sql", "select * from {{ ref('stg_metanprom__clients') }}"),
        ("models/shortcut.sql", "select * from {{ ref('stg_bank_scrooge__clients') }}"),
    ],
)
def test_a_staging_model_is_private_to_the_cleaning(tmp_path: Path, path: str, model: str):
    project = copy_project(tmp_path)
    (project / path).write_text(f"-- One row per raw row.\n{model}\n", encoding="utf-8")
    done = parse(project)
    assert done.returncode != 0
    assert "private to the 'sources_and_cleaning' group" in " ".join(done.stdout.split()), done.stdout


def test_the_cleaning_itself_may_read_staging(tmp_path: Path):
    project = copy_project(tmp_path)
    (project / "models/intermediate/int_shortcut.sql").write_text(
        "-- One row per raw row.\nselect * from {{ ref('stg_metanprom__clients') }}\n", encoding="utf-8"
    )
    done = parse(project)
    assert done.returncode == 0, done.stdout
