"""How a model's relation takes the place of the one before: in one step, whatever stood there."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from conftest import ROOT

RUNS = """
import json, sys
from pathlib import Path
from dbt.cli.main import dbtRunner

for step in json.loads(sys.argv[1]):
    Path("models/m.sql").write_text(step["model"], encoding="utf-8")
    done = dbtRunner().invoke(["--quiet", "run", "--vars", json.dumps(step.get("vars", {}))])
    Path(f"{step['name']}.json").write_text(json.dumps(done.success), encoding="utf-8")
    for end in ("", ".wal"):  # dbt keeps the database open, so not all is in the first of its files
        if Path(f"data.duckdb{end}").exists():
            Path(f"{step['name']}.duckdb{end}").write_bytes(Path(f"data.duckdb{end}").read_bytes())
"""
HOOK = "{{ exceptions.raise_compiler_error('no') if var('fails', false) else 'select 1' }}"
STEPS = [
    {"name": "table", "model": "{{ config(materialized='table') }} select 1 as n"},
    {"name": "table_again", "model": "{{ config(materialized='table') }} select 2 as n"},
    {
        "name": "failed_table",
        "model": "{{ config(materialized='table') }} select 3 as n",
        "vars": {"fails": True},
    },
    {"name": "view", "model": "{{ config(materialized='view') }} select 4 as n"},
    {
        "name": "failed_view",
        "model": "{{ config(materialized='view') }} select 5 as n",
        "vars": {"fails": True},
    },
    {"name": "own_rows", "model": "{{ config(materialized='table') }} select n + 1 as n from {{ this }}"},
]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of one model with this project's materializations, run after each of a few changes."""
    folder = tmp_path_factory.mktemp("materializations")
    (folder / "models").mkdir()
    (folder / "macros").mkdir()
    for name in ("table", "view"):
        shutil.copy(ROOT / f"macros/adapters/materialization_{name}_duckdb.sql", folder / "macros")
    settings = {
        "name": "small",
        "version": "1.0.0",
        "profile": "small",
        "flags": {"send_anonymous_usage_stats": False},
        "models": {"small": {"+persist_docs": {"relation": True}, "+post-hook": [HOOK]}},
    }
    profile = {"small": {"target": "d", "outputs": {"d": {"type": "duckdb", "path": "data.duckdb"}}}}
    model = {"models": [{"name": "m", "description": "It's one row."}]}
    for name, content in {
        "dbt_project.yml": settings,
        "profiles.yml": profile,
        "models/m.yml": model,
    }.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    subprocess.run(
        [sys.executable, "-c", RUNS, json.dumps(STEPS)], cwd=folder, check=True, capture_output=True
    )
    return folder


@pytest.mark.parametrize(
    ("step", "kind", "number"),
    [
        ("table", "BASE TABLE", 1),
        ("table_again", "BASE TABLE", 2),
        ("failed_table", "BASE TABLE", 2),
        ("view", "VIEW", 4),
        ("failed_view", "VIEW", 4),
        ("own_rows", "BASE TABLE", 5),
    ],
)
def test_a_relation_takes_the_place_of_the_one_before(project: Path, step: str, kind: str, number: int):
    succeeded = json.loads((project / f"{step}.json").read_text(encoding="utf-8"))
    assert succeeded is not step.startswith("failed")
    with duckdb.connect(str(project / f"{step}.duckdb")) as connection:
        relations = connection.execute("select table_name, table_type from information_schema.tables")
        assert relations.fetchall() == [("m", kind)]  # nothing else is left behind
        if step == "view" or not step.endswith("view"):
            assert connection.execute("from m").fetchall() == [(number,)]
        catalogue = "duckdb_tables()" if kind == "BASE TABLE" else "duckdb_views() where not internal"
        comments = connection.execute(f"select comment from {catalogue}").fetchall()
        assert comments == [("It's one row.",)]
