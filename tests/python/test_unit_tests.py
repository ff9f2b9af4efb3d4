"""dbt's unit tests are run again only when what they test has changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bank_churn.errors import BankChurnError
from bank_churn.running import unit_tests
from bank_churn.running.artifacts import check_green
from bank_churn.running.events import Watch
from bank_churn.running.unit_tests import LEFT_OUT, NOTE, fingerprint, proven_before, run_what_changed
from bank_churn.tools.screen import Screen
from conftest import Build

NAMES = ("unit_test.bank_churn.m.one", "unit_test.bank_churn.m.two")
MODEL, DATA_TEST = "model.bank_churn.m", "test.bank_churn.t"
PLACES = ("models/m.sql", "models/m.yml", "macros/a.sql", "seeds/s.csv", "tests/singular/t.sql")


class Dbt:
    """Stands in for dbt: writes results as it would, each build with an id of its own."""

    def __init__(self, target: Path) -> None:
        self.target, self.builds, self.said = target, 0, list[str]()
        self.is_green, self.status = True, "pass"
        self.meanwhile: Callable[[], object] = lambda: None

    def __call__(self, arguments: list[str]) -> bool:
        self.said, self.builds = arguments, self.builds + 1
        statuses = {MODEL: "success", DATA_TEST: "pass"}
        if not self.left_out:
            statuses |= dict.fromkeys(NAMES, self.status)
        results = {
            "args": {"which": "build"},
            "metadata": {"invocation_id": f"build {self.builds}"},
            "results": [{"unique_id": name, "status": status} for name, status in statuses.items()],
        }
        (self.target / "run_results.json").write_text(json.dumps(results), encoding="utf-8")
        self.meanwhile()
        return self.is_green

    @property
    def left_out(self) -> bool:
        return tuple(self.said[-2:]) == LEFT_OUT

    def results(self) -> dict[str, Any]:
        return json.loads((self.target / "run_results.json").read_text(encoding="utf-8"))

    def build(self, *arguments: str) -> bool:
        """Build as the command does, and say whether unit tests were left out."""
        run_what_changed(self, list(arguments), target_path=self.target)
        return self.left_out


@pytest.fixture
def dbt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Dbt:
    """A project of a few files, not built yet."""
    monkeypatch.chdir(tmp_path)
    for name in (*PLACES, "dbt_project.yml", "profiles.yml", "models/docs/m.md"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text("before", encoding="utf-8")
    (tmp_path / "target").mkdir()
    monkeypatch.setenv("METANPROM_CLIENTS", "january.csv")
    return Dbt(tmp_path / "target")


def test_the_same_code_is_tested_once(dbt: Dbt):
    assert not dbt.build()
    assert dbt.build()
    assert dbt.build()


@pytest.mark.parametrize("place", [*PLACES, "dbt_project.yml", "profiles.yml"])
def test_a_changed_file_is_tested_again(dbt: Dbt, place: str):
    dbt.build()
    Path(place).write_text("after", encoding="utf-8")
    assert not dbt.build()
    assert dbt.build()


def test_a_new_file_a_file_that_is_gone_and_a_moved_one_are_changes(dbt: Dbt):
    known = fingerprint([])
    Path("macros/b.sql").write_text("before", encoding="utf-8")
    assert fingerprint([]) != known
    Path("macros/b.sql").rename("models/b.sql")
    moved = fingerprint([])
    Path("models/b.sql").unlink()
    assert known == fingerprint([]) != moved


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("METANPROM_CLIENTS", ""),
        ("METANPROM_CLIENTS", "demo"),
        ("METANPROM_HOLDINGS", ""),
        ("BANK_SCROOGE_CLIENTS", ""),
        ("BANK_CHURN_DO_NOT_CONTACT", "file.csv"),
        ("BANK_CHURN_CAMPAIGNS", "elsewhere"),
        ("DOCS_LANGUAGE", "en"),
    ],
)
def test_what_is_switched_on_and_the_language_are_part_of_the_code(
    dbt: Dbt, monkeypatch: pytest.MonkeyPatch, name: str, value: str
):
    for other in ("METANPROM_HOLDINGS", "BANK_SCROOGE_CLIENTS", "DOCS_LANGUAGE"):
        monkeypatch.delenv(other, raising=False)
    dbt.build()
    monkeypatch.setenv(name, value)
    assert not dbt.build()


def test_vars_and_versions_are_part_of_the_code(dbt: Dbt, monkeypatch: pytest.MonkeyPatch):
    dbt.build()
    assert not dbt.build("--vars", "{small_group_size: 31}")
    assert dbt.build("--vars", "{small_group_size: 31}")
    monkeypatch.setattr(unit_tests, "version_of", lambda package: f"{package} of tomorrow")
    assert not dbt.build("--vars", "{small_group_size: 31}")


def test_another_month_and_another_description_are_no_change(dbt: Dbt, monkeypatch: pytest.MonkeyPatch):
    dbt.build()
    monkeypatch.setenv("METANPROM_CLIENTS", "february.csv")
    Path("models/docs/m.md").write_text("after", encoding="utf-8")
    assert dbt.build()


def test_a_failing_unit_test_is_not_remembered(dbt: Dbt):
    dbt.status = "fail"
    dbt.is_green = False
    dbt.build()
    assert not dbt.build()
    dbt.status, dbt.is_green = "pass", True
    assert not dbt.build()
    assert dbt.build()


def test_what_was_edited_during_the_build_is_not_remembered(dbt: Dbt):
    dbt.meanwhile = lambda: Path("models/m.sql").write_text("after", encoding="utf-8")
    dbt.build()
    dbt.meanwhile = lambda: None
    assert not dbt.build()


def test_who_does_not_trust_what_was_read_before_has_them_run(dbt: Dbt):
    dbt.build()
    dbt.is_green = False
    assert not dbt.build("--no-partial-parse")
    assert not dbt.build()  # what failed when it was forced is not known to pass any longer
    dbt.is_green = True
    assert not dbt.build("--no-partial-parse")
    assert dbt.build()


@pytest.mark.parametrize(
    "part", [("--select", "m"), ("-s", "m"), ("--resource-type=test",), ("--exclude-resource-type", "seed")]
)
def test_a_part_of_the_project_is_built_as_asked_and_proves_nothing(dbt: Dbt, part: tuple[str, ...]):
    for _ in range(2):
        dbt.build(*part)
        assert dbt.said == list(part)
    assert not dbt.build()
    dbt.build(*part)
    assert dbt.build()


@pytest.mark.parametrize("note", ["", "[]", "{}", '{"code": 1}'])
def test_a_note_that_cannot_be_read_proves_nothing(dbt: Dbt, note: str):
    dbt.build()
    (dbt.target / NOTE).write_text(note, encoding="utf-8")
    assert not dbt.build()


def test_only_a_build_that_left_them_out_with_reason_may_be_published_without(dbt: Dbt):
    manifest = {
        "nodes": {
            name: {"resource_type": name.split(".")[0], "config": {"enabled": True}}
            for name in (MODEL, DATA_TEST)
        },
        "unit_tests": {name: {} for name in NAMES},
    }

    def check() -> None:
        check_green(dbt.results(), manifest, proven=proven_before(dbt.results(), dbt.target))

    dbt.build()
    check()
    assert dbt.build()
    check()
    dbt(list(LEFT_OUT))  # dbt itself, without asking whether anything has changed
    with pytest.raises(BankChurnError, match="left out 2 models or tests"):
        check()
    dbt.build()
    manifest["unit_tests"]["unit_test.bank_churn.m.three"] = {}
    with pytest.raises(BankChurnError, match="left out 1 models or tests"):
        check()


def test_it_is_said_how_many_were_left_out(
    dbt: Dbt, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr("bank_churn.running.events.screen", Screen())
    for language, told in (
        ("en", "1 checks, all passed; unit tests that the same code passed before: 2"),
        ("ru", "проверок: 1, все сошлись; модульных тестов, пройденных тем же кодом раньше: 2"),
    ):
        monkeypatch.setenv("BANK_CHURN_LANGUAGE", language)
        watch = Watch()
        watch.counts["Checks"] = 1
        dbt.build()
        run_what_changed(dbt, [], target_path=dbt.target, told=watch.skips)
        watch.report()
        assert told in capsys.readouterr().out


def test_a_whole_build_remembers_every_unit_test_of_the_project(demo_build: Build):
    note = json.loads((demo_build.folder / "target" / NOTE).read_text(encoding="utf-8"))
    assert set(note["passed"]) == set(demo_build.manifest()["unit_tests"])
    assert len(note["passed"]) > 40
