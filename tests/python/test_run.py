"""`bank_churn run`: what a scheduler gets when something is new, when nothing is, and when a build fails."""

import hashlib
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from bank_churn.building import run as running
from bank_churn.building.run import Summary
from bank_churn.cli import main
from bank_churn.errors import BankChurnError
from bank_churn.months.plan import Batch
from bank_churn.months.snapshots import Snapshot
from bank_churn.tools.places import Places
from conftest import Build

JANUARY = Snapshot("dated", date(2026, 1, 31), ("dated_2026-01.csv",), "f")


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    """One undated extract, published as it is; no build is made."""
    extract = tmp_path / "clients.csv"
    extract.write_text("userid\n1\n", encoding="utf-8")
    digest = hashlib.sha256(extract.read_bytes()).hexdigest()
    sources = [{"portfolio": "plain", "file_name": "clients.csv", "sha256": digest}]
    monkeypatch.setenv("PLAIN_CLIENTS", str(extract))
    stands: dict[str, Any] = {
        "make_missing_demo_data": lambda: None,
        "vars_of": lambda _: {"portfolios": {"plain": {}}},
        "published_already": lambda _: "000001",
        "read_facts": lambda *_: {"sources": sources},
        "plan_batches": lambda **_: ([Batch({}, is_last=True, fresh=())], {}),
        "build": lambda *_, **__: pytest.fail("nothing is new, but a build was made"),
    }
    for name, stand_in in stands.items():
        monkeypatch.setattr(running, name, stand_in)
    return Places(tmp_path / "build.duckdb", output=tmp_path)


def a_build_is_made(monkeypatch: pytest.MonkeyPatch, places: Places, *verdicts: str) -> None:
    """Let the next run publish, with attributes that drift."""
    published = places.output / "bank_churn.duckdb"
    with duckdb.connect(str(published)) as connection:
        connection.execute(
            "create table attribute_drift (portfolio varchar, period_end date, verdict varchar,"
            " reading_en varchar, is_suppressed boolean)"
        )
        for verdict in verdicts:
            connection.execute(
                "insert into attribute_drift values ('dated', '2026-01-31', $v, 'It ' || $v, false),"
                " ('dated', '2025-12-31', 'shifted', 'Long ago', false)",
                {"v": verdict},
            )
    monkeypatch.setattr(running, "build", lambda *_, **__: [])
    monkeypatch.setattr(running, "current_publication", lambda _: "000002")
    monkeypatch.setattr(running, "database_of", lambda *_: published)
    monkeypatch.setattr(running, "compare", lambda *_: type("Compared", (), {"lines": ("bank: news",)}))


def run(places: Places) -> running.Summary:
    return running.run(places, language="en", dbt_arguments=[])


def test_nothing_new_builds_nothing(places: Places) -> None:
    done = run(places)
    assert (done.status, done.publication, done.code) == ("nothing_new", "000001", 0)


def test_a_changed_extract_is_built(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    (places.output / "clients.csv").write_text("userid\n2\n", encoding="utf-8")
    a_build_is_made(monkeypatch, places)
    done = run(places)
    assert (done.status, done.publication, done.code) == ("published", "000002", 0)
    assert (done.changed_files, done.new_months, done.findings) == (["plain clients.csv"], [], ["bank: news"])


@pytest.mark.parametrize(
    ("verdict", "warnings", "code"),
    [("stable", [], 0), ("fewer_gaps", [], 0), ("shifted", ["dated 2026-01-31: It shifted"], 3)],
)
def test_a_new_month_is_built_and_its_drift_is_a_warning(
    verdict: str, warnings: list[str], code: int, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned = [Batch({"dated": JANUARY}, is_last=True, fresh=(JANUARY,))]
    monkeypatch.setattr(running, "plan_batches", lambda **_: (planned, {"dated": [JANUARY]}))
    a_build_is_made(monkeypatch, places, verdict)
    done = run(places)
    assert (done.new_months, done.warnings, done.code) == (["dated 2026-01-31"], warnings, code)
    assert json.loads(done.as_json())["new_months"] == ["dated 2026-01-31"]


@pytest.mark.parametrize(
    ("summary", "code"),
    [
        (Summary("published", publication="000002", warnings=["It shifted"]), 3),
        (Summary("published", publication="000002"), 0),
        (Summary("nothing_new", publication="000002"), 0),
        (Summary("failed", error="It broke."), 1),
        (Summary("failed", error="It is empty.", is_input_wrong=True), 2),
    ],
)
def test_the_scheduler_is_told_by_exit_code_and_json(
    summary: Summary,
    code: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(running, "run", lambda *_, **__: summary)
    monkeypatch.setattr(sys, "argv", ["bank_churn", "run", "--summary", str(tmp_path / "summary.json")])
    monkeypatch.setattr("bank_churn.cli.STOPPING", ())  # the tests keep their own way to stop
    assert main() == code
    last = capsys.readouterr().out.splitlines()[-1]
    assert json.loads(last) == json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    assert json.loads(last)["status"] == summary.status


def test_a_failure_is_a_summary_too(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise BankChurnError("clients.csv is\nempty.")

    (places.output / "clients.csv").write_text("", encoding="utf-8")
    monkeypatch.setattr(running, "build", fail)
    done = run(places)
    assert (done.status, done.error) == ("failed", "clients.csv is empty.")


def test_a_publication_knows_its_extracts(demo_build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """The manifest of a real publication tells unchanged extracts from others."""
    monkeypatch.setenv("METANPROM_CLIENTS", "demo")
    monkeypatch.setenv("BANK_SCROOGE_CLIENTS", "")
    before = running.published_already(demo_build.published)
    settings = {"portfolios": {"metanprom": {}, "bank_scrooge": {}}}
    changed = running.changed_files(demo_build.published, before, settings, dated=set())
    assert changed == ["bank_scrooge bank_scrooge_demo.csv"], "it is switched off now"
