"""Models know nothing of their engine: what differs between DuckDB and Spark stands in macros/adapters."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from bank_churn.errors import BankChurnError
from bank_churn.intake.prepare import extracts
from bank_churn.spark import setup
from conftest import ROOT

ENGINES = re.compile(
    r"target\s*\.\s*(type|name)|target\[|adapter\s*\.\s*type\s*\(|\b(duckdb|spark)__|\bread_(csv|parquet)\(",
    re.I,
)
DUCKDB_TYPES = re.compile(r"\bas\s+varchar\b(?!\()", re.I)
"""A type that only DuckDB takes: Spark's varchar has a length."""
DISPATCHED = re.compile(r"adapter\.dispatch\('(\w+)'(?:, '(\w+)')?\)")
MACRO = re.compile(r"{%-?\s*macro\s+(\w+)\s*\(")


def sql_files(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.sql"))]


def branches(files: list[Path]) -> list[str]:
    """Where SQL asks which engine it is on, or says what one engine only knows."""
    return [
        f"{path.name}: {match.group()}"
        for path in files
        if (
            match := ENGINES.search(re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL))
        )
    ]


def test_models_and_tests_have_no_branch_for_an_engine():
    assert branches(sql_files("models", "tests/singular", "tests/generic", "analysis")) == []


def test_macros_have_none_but_in_adapters():
    files = [path for path in sql_files("macros") if path.parent.name != "adapters"]
    assert branches(files) == []


@pytest.mark.parametrize(
    "text",
    ["{% if target.type == 'spark' %}", "{{ adapter.type() }}", "{{ target.name }}", "from read_csv('x')"],
)
def test_a_branch_would_be_found(tmp_path: Path, text: str):
    (tmp_path / "model.sql").write_text(f"select 1 {text}", encoding="utf-8")
    assert branches([tmp_path / "model.sql"])


def test_types_are_those_of_both_engines():
    """Rows of unit tests are written by hand as well, and only a build on Spark would read them there."""
    written = [*sql_files("models", "tests/singular"), *sorted((ROOT / "models").rglob("*.yml"))]
    found = [
        f"{path.name}: {text}" for path in written for text in DUCKDB_TYPES.findall(path.read_text("utf-8"))
    ]
    assert found == []


def test_a_type_of_one_engine_would_be_found():
    assert DUCKDB_TYPES.search("cast(null as varchar)")


def test_every_dispatched_macro_has_a_form_for_both_engines():
    texts = "\n".join(path.read_text(encoding="utf-8") for path in sql_files("macros"))
    names = set(MACRO.findall(texts))
    dispatched = DISPATCHED.findall(texts)
    assert len(dispatched) > 10
    assert {package for _, package in dispatched} == {"bank_churn"}, "dispatch names its package"
    lacking = [
        f"{engine}__{name}"
        for name, _ in dispatched
        for engine in ("duckdb", "spark")
        if not {f"{engine}__{name}", f"default__{name}"} & names
    ]
    assert lacking == []


def test_python_models_read_nothing_but_refs():
    """On Spark a model gets relations made of its refs; anything else of DuckDB's session is not there."""
    for path in sorted((ROOT / "models").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        used = set(re.findall(r"session[.\w]*", text)) - {"session"}
        assert not used, f"{path.name} uses {used}"


def java(folder: Path, version: str) -> None:
    (folder / "bin").mkdir()
    script = folder / "bin/java"
    script.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2020-01-01' >&2\n", encoding="utf-8")
    script.chmod(0o755)


@pytest.mark.parametrize("version", ["17.0.15", "21", "25-ea"])
def test_a_new_java_is_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str):
    java(tmp_path, version)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    setup.check_java()


@pytest.mark.parametrize("version", ["11.0.2", "1.8.0_292"])
def test_an_old_java_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str):
    java(tmp_path, version)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(BankChurnError, match=r"needs Java 17 or newer; .* is (11|8)\. Name a newer one"):
        setup.check_java()


def test_no_java_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BankChurnError, match="needs Java 17 or newer; there is none here"):
        setup.check_java()
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(BankChurnError, match="JAVA_HOME names"):
        setup.check_java()


def test_a_metastore_in_use_is_a_sentence(tmp_path: Path):
    lock = tmp_path / "dbex.lck"
    lock.touch()
    setup.check_metastore(tmp_path)
    holder = subprocess.Popen(
        [
            "python3",
            "-c",
            "import fcntl, sys\nf = open(sys.argv[1], 'r+b')\n"
            "fcntl.lockf(f, fcntl.LOCK_EX)\nprint(flush=True)\ninput()",
            lock,
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout
    holder.stdout.readline()
    try:
        with pytest.raises(BankChurnError, match="in use by another build on Spark"):
            setup.check_metastore(tmp_path)
    finally:
        holder.communicate(b"\n")


def test_spark_not_set_up_is_a_sentence(monkeypatch: pytest.MonkeyPatch):
    found = setup.importlib.util.find_spec
    monkeypatch.setattr(
        setup.importlib.util, "find_spec", lambda name: None if "pyspark" in name else found(name)
    )
    with pytest.raises(BankChurnError, match="run `make setup-spark`"):
        setup.check_spark()


def test_hypotheses_need_a_database_or_spark():
    done = subprocess.run(
        [sys.executable, "-m", "bank_churn.cli", "test-hypotheses"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
    )
    assert done.returncode == 1
    assert "needs --database" in done.stderr


@pytest.mark.parametrize(
    "location", ["s3a://bank/clients/*.parquet", "hdfs://bank/clients.csv", "table:bank.clients"]
)
def test_what_only_the_cluster_sees_is_left_to_it(monkeypatch: pytest.MonkeyPatch, location: str):
    monkeypatch.setenv("METANPROM_CLIENTS", location)
    assert extracts({"portfolios": ["metanprom"]}, on_cluster=True) == []
