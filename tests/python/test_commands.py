"""The command line: help in two languages, options that go to dbt, mistakes in one sentence."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from bank_churn import cli as ending
from bank_churn.commands import GROUPS, cli
from bank_churn.tools.places import Places
from bank_churn.words.speech import phrases
from click.testing import CliRunner
from conftest import ROOT

NAMES = [name for names in GROUPS.values() for name in names]
HEAVY = {"duckdb", "pandas", "numpy", "openpyxl", "dbt", "scipy", "altair"}


def help_of(*names: str, language: str) -> str:
    done = CliRunner(env={"BANK_CHURN_LANGUAGE": language}).invoke(
        cli, [*names, "--help"], prog_name="bank_churn"
    )
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize("name", ["", *NAMES])
def test_every_word_of_the_help_is_in_the_readers_language(name: str):
    command = cli.get_command(click.Context(cli), name) if name else cli
    texts = [command.short_help, command.help, *(getattr(one, "help", "") for one in command.params)]
    assert [text for text in (*texts, *GROUPS) if text and text not in phrases()] == []
    names = (name,) if name else ()
    assert re.search("Как вызвать: .*\n\n  [а-яА-Я]", help_of(*names, language="ru"))
    assert not re.search("[А-Яа-я]", help_of(*names, language="en").replace("Рыбинск", ""))


def test_every_module_of_a_command_stands_under_a_heading():
    tools = {"__init__", "base", "options", "pages", "metrics"}
    modules = {path.stem for path in (ROOT / "python/bank_churn/commands").glob("*.py")} - tools
    assert {name.replace("_", "-") for name in modules} == set(NAMES)


def test_help_and_mistakes_import_nothing_heavy():
    script = (
        "import sys; from bank_churn.cli import main\n"
        "sys.argv = ['bank_churn', 'build', '--help']; main()\n"
        "sys.argv = ['bank_churn', 'list', '--nothing']; main()\n"
        f"print(sorted({HEAVY} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "[]"


def test_a_wrong_path_is_told_before_the_slow_libraries_are_imported(tmp_path: Path):
    script = (
        "import sys; from bank_churn.cli import main\n"
        "places = ['--database', '{0}/b.duckdb', '--target-path', '{0}/t', '--output', '{0}/o']\n"
        "sys.argv = ['bank_churn', 'build', *places]; code = main()\n"
        "slow = {'scipy', 'pandas', 'numpy', 'altair', 'dbt'}\n"
        "print(code, sorted(slow & set(sys.modules)), file=sys.stderr)"
    ).replace("{0}", str(tmp_path))
    given = os.environ | {"METANPROM_CLIENTS": f"{tmp_path}/none.csv", "BANK_SCROOGE_CLIENTS": ""}
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=given, cwd=ROOT)
    assert "none.csv" in done.stderr
    assert done.stderr.splitlines()[-1] == "2 []"


def test_places_are_one_value_and_the_rest_goes_to_dbt(monkeypatch: pytest.MonkeyPatch):
    from bank_churn.building import build as building

    seen = {}
    monkeypatch.setattr(
        building, "build", lambda places, **further: seen.update(further, places=places) or []
    )
    arguments = ["build", "--vars", "{a: 1}", "--database", "d.duckdb", "-s", "clients+", "--output=o"]
    done = CliRunner().invoke(cli, arguments)
    assert done.exit_code == 0, done.output
    assert seen["dbt_arguments"] == ["--vars", "{a: 1}", "-s", "clients+"]
    assert seen["places"] == Places(Path("d.duckdb"), Path("target"), Path("o"))


@pytest.mark.parametrize(
    ("arguments", "russian", "english"),
    [
        (["nothing"], "Нет команды «nothing».", "No such command 'nothing'."),
        (["export", "--nothing"], "Нет параметра «--nothing».", "No such option '--nothing'."),
        (["train"], "Не хватает параметра «--export».", "Missing option '--export'."),
        (["check"], "Не хватает имени: FILE.", "Missing argument 'FILE'."),
        (["demo", "--rows", "x"], "--rows: «x» не целое число.", "'x' is not a valid integer."),
        (["build", "--target", "x"], "--target: «x» — не одно из", "'x' is not one of"),
        (["build", "--database"], "Параметру «--database» нужно значение.", "requires an argument."),
        (["list", "--portfolio", "x", "--output", "y"], "Назовите одно из двух", "Give either"),
    ],
)
def test_a_mistyped_command_is_one_sentence(
    arguments: list[str],
    russian: str,
    english: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.setattr(sys, "argv", ["bank_churn", *arguments])
    monkeypatch.setattr(ending.signal, "signal", lambda *_: None)
    for language, words, help_ in (("ru", russian, "Подсказка: "), ("en", english, "Help: ")):
        monkeypatch.setenv("BANK_CHURN_LANGUAGE", language)
        assert ending.main() == 2
        said = capsys.readouterr().err
        assert words in said
        assert help_ in said
        assert said.count("\n") == 1


def test_the_shell_completes_commands_and_options():
    environment = {"COMP_WORDS": "bank_churn pub", "COMP_CWORD": "1", "_BANK_CHURN_COMPLETE": "bash_complete"}
    done = CliRunner(env=environment).invoke(cli, prog_name="bank_churn")
    assert done.output.splitlines() == ["plain,publish"]
    environment |= {"COMP_WORDS": "bank_churn build --data", "COMP_CWORD": "2"}
    done = CliRunner(env=environment).invoke(cli, prog_name="bank_churn")
    assert done.output.splitlines() == ["plain,--database", "plain,--databases-only"]


def test_a_terminal_without_cyrillic_is_spoken_to_in_english(monkeypatch: pytest.MonkeyPatch):
    from bank_churn.words import language

    monkeypatch.delenv("BANK_CHURN_LANGUAGE")
    monkeypatch.delenv("DOCS_LANGUAGE", raising=False)
    for encoding, spoken in (("utf-8", "ru"), ("ascii", "en"), ("cp1251", "ru"), ("latin-1", "en")):
        stdout = type("Terminal", (), {"encoding": encoding})
        monkeypatch.setattr(language, "sys", type("sys", (), {"stdout": stdout}))
        assert language.reader_language() == spoken
    assert isinstance(cli, click.Group)
