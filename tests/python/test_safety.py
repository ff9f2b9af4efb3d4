"""What others could misuse: text given to make, pages, files that swell, folders that others can change."""

from __future__ import annotations

import os
import subprocess
import zipfile
from pathlib import Path

import pytest
from bank_churn.building.build import building
from bank_churn.errors import BankChurnError
from bank_churn.exports.docs import with_policy, without_places
from bank_churn.intake.sheet import OdsBook
from bank_churn.tools.content_policy import script_hashes
from bank_churn.tools.files import checked_folder
from bank_churn.tools.places import Places
from conftest import ROOT, Build

ATTACKS = ('$(shell touch made)x"; touch made; "', "`touch made`", "$$(touch made)", "x\ntouch made")


@pytest.mark.parametrize("target", ["rollback TO", "superset DOCS_LANGUAGE", "bench NOTE", "bench SIZES"])
def test_make_passes_what_a_user_gives_without_a_shell_reading_it(tmp_path: Path, target: str):
    """In place of the environment's commands stands a script that says what it was called with."""
    script = '#!/bin/sh\nfor word in "$@"; do printf \'%s\\0\' "$word"; done >> said\n'
    for name in ("bank_churn", "python"):
        (tmp_path / name).write_text(script)
        (tmp_path / name).chmod(0o700)
    goal, _, variable = target.partition(" ")
    stamps = [part for name in ("run", "bench") for part in ("-o", f".venv/{name}.stamp")]
    for given in ATTACKS:
        command = [
            "make",
            "-f",
            str(ROOT / "Makefile"),
            *stamps,
            f"BIN={tmp_path}",
            goal,
            f"{variable}={given}",
        ]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        words = (tmp_path / "said").read_text().split("\0")[:-1]
        assert words[-1] == given if variable != "SIZES" else set(given.split()) <= set(words)
        assert not (tmp_path / "made").exists()
        (tmp_path / "said").unlink()


def test_a_page_of_documentation_runs_its_own_scripts_only_and_names_no_place():
    script = "show({})"
    page = with_policy(f"<html><head lang='en'></head><body><script>{script}</script></body></html>")
    [digest] = script_hashes(page)
    assert f"script-src {digest};" in page
    for rule in ("default-src 'none'", "form-action 'none'", "base-uri 'none'"):
        assert rule in page
    assert script_hashes(page.replace(script, script + " ")) != [digest]
    document = {"root_path": "/srv/x", "args": {"where": "/srv"}, "rows": [f"{Path.cwd()}/models/a.sql", 1]}
    assert without_places(document) == {"root_path": "", "rows": ["…/models/a.sql", 1]}


def test_the_dashboard_runs_its_own_scripts_only(demo_build: Build):
    for language in ("ru", "en"):
        page = (demo_build.published / f"dashboard.{language}.html").read_text(encoding="utf-8")
        policy = page.partition('http-equiv="Content-Security-Policy" content="')[2].partition('"')[0]
        rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
        assert rules["form-action"] == rules["base-uri"] == rules["default-src"] == "'none'"
        assert rules["script-src"].split() == [*script_hashes(page), "'unsafe-eval'"]


def test_a_workbook_whose_entities_swell_is_refused(tmp_path: Path):
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 20}">' for n in range(9))
    text = f'<!DOCTYPE a [<!ENTITY e0 "{"x" * 100}">{entities}]><a><table name="&e9;"/></a>'
    with zipfile.ZipFile(tmp_path / "book.ods", "w") as archive:
        archive.writestr("content.xml", text)
    with pytest.raises(SyntaxError, match="amplification"):
        OdsBook(tmp_path / "book.ods")


@pytest.mark.parametrize("umask", [0o000, 0o027, 0o077])
def test_folders_and_files_of_a_build_have_their_modes_whatever_the_umask(
    tmp_path: Path, umask: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("BANK_CHURN_TEMP_DIRECTORY", str(tmp_path / "spill"))
    database, target = tmp_path / "made/build/x.duckdb", tmp_path / "made/target"
    before = os.umask(umask)
    try:
        with building(Places(database, target)):
            database.write_text("")
            database.with_name("x.duckdb.wal").write_text("")
            (database.parent / "intake").mkdir()
        assert os.umask(umask) == umask
    finally:
        os.umask(before)
    modes = {
        path.relative_to(tmp_path / "made").as_posix(): f"{path.stat().st_mode & 0o777:o}"
        for path in (tmp_path / "made").rglob("*")
    }
    assert modes == {
        "build": "700",
        "build/.x.duckdb.lock": "600",
        "build/x.duckdb": "600",
        "build/x.duckdb.wal": "600",
        "build/intake": "700",
        "target": "700",
        "target/.lock": "600",
    }
    assert (tmp_path / "made").stat().st_mode & 0o022 == 0


def test_a_folder_that_others_can_change_is_refused(tmp_path: Path):
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    (tmp_path / "link").symlink_to(tmp_path)
    (tmp_path / "file").touch()
    for name, told in (("open", "can be changed by other users"), ("link", "symbolic link"), ("file", "no")):
        with pytest.raises(BankChurnError, match=told):
            checked_folder(tmp_path / name, mode=0o700)
    assert list((tmp_path / "open").iterdir()) == []
