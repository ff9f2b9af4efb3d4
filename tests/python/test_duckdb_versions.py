"""The published files open in old and new versions of DuckDB, each in an environment of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Build

# The oldest version the files are meant for, one of the line we pin, and the first of the next one.
VERSIONS = ("1.4.0", "1.4.4", "1.5.6", "2.0.0")
READ_ALL = """
import json, sys, duckdb
counts = {}
for path in sys.argv[1:]:
    with duckdb.connect(path, read_only=True) as connection:
        names = connection.execute(
            "select table_name, comment from duckdb_tables() where not internal and schema_name = 'main'"
            " union all select view_name, comment from duckdb_views() where not internal"
        ).fetchall()
        for name, comment in names:
            assert comment, name
            rows = connection.execute(f'select * from "{name}"').fetchall()
            counts[f"{path}/{name}"] = len(rows)
print(json.dumps([duckdb.__version__, counts]))
"""


def python_with_duckdb(folder: Path, version: str) -> Path:
    """An environment that holds this version of DuckDB and nothing else."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = folder / "bin/python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:"]
    done = subprocess.run([*install, f"duckdb=={version}"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"duckdb {version} cannot be installed here: {done.stderr.strip().splitlines()[-1]}")
    return python


@pytest.mark.slow
@pytest.mark.parametrize("version", VERSIONS)
def test_every_table_and_view_can_be_read(demo_build: Build, tmp_path: Path, version: str):
    python = python_with_duckdb(tmp_path / "environment", version)
    files = [str(path) for path in sorted(demo_build.published.glob("*.duckdb"))]
    assert len(files) == 2
    done = subprocess.run([str(python), "-c", READ_ALL, *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found_version, counts = json.loads(done.stdout)
    assert found_version == version
    for file in files:
        name = f"published/{Path(file).name}"
        relations = demo_build.query(
            "select table_name from duckdb_tables() where not internal and schema_name = 'main'"
            " union all select view_name from duckdb_views() where not internal",
            name,
        )
        assert len(relations) > 15
        for (relation,) in relations:
            assert [(counts[f"{file}/{relation}"],)] == demo_build.query(
                f'select count(*) from "{relation}"', name
            )
