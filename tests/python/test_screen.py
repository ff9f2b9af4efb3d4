"""What a person sees of a build, what a program reads, and that every sentence has its Russian."""

from __future__ import annotations

import ast
import io
import json
import re
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
from bank_churn.building import build as building
from bank_churn.building.check import place_of_its_own
from bank_churn.building.closing import close, first_sentence
from bank_churn.errors import InputError
from bank_churn.intake.judge import judge
from bank_churn.intake.macros import Macros
from bank_churn.intake.options import vars_of
from bank_churn.intake.prepare import Found, print_formats
from bank_churn.running.events import Watch
from bank_churn.tools import screen as screens
from bank_churn.tools.files import only_one, remove_unheld
from bank_churn.tools.places import Places
from bank_churn.tools.screen import Screen
from bank_churn.words.language import speaking
from bank_churn.words.speech import said, sentence, sentences
from conftest import ROOT, Build
from extracts import good_row, to_line, write_lines

# Sentences

RAISED = re.compile(r"(BankChurn|Input|Registry|Damaged|Usage)Error")
FOR_DEVELOPERS = {"commands/metrics.py", "commands/pages.py"}


def text_of(node: ast.expr) -> str | None:
    """A text of the sources with something in place of each value; None for what is no text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "x1" for part in node.values)
    return None


def raised_sentences() -> list[tuple[str, str]]:
    """Every sentence that Python raises, with the file that does."""
    package = ROOT / "python/bank_churn"
    found = []
    for path in package.rglob("*.py"):
        name = str(path.relative_to(package))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and node.args
                and RAISED.fullmatch(ast.unparse(node.func).split(".")[-1])
            ):
                found.append((name, text_of(node.args[0]) or ""))
    return [(name, text) for name, text in found if text.strip("x1: ;.") and name not in FOR_DEVELOPERS]


def stopping_sentences() -> list[tuple[str, str]]:
    """Every sentence by which a macro or model stops a build, with its file."""
    found = []
    for path in [*ROOT.glob("macros/**/*.sql"), *ROOT.glob("models/**/*.sql")]:
        source = re.sub(r"\['\w+'\]", "", path.read_text(encoding="utf-8"))
        source = source.replace("whose ~ '", "'portfolios: x1, additional attribute x1: ")
        for call in re.findall(r"do stop_build\(\s*(.*?)\)\s*-?%}", source, re.DOTALL):
            parts = re.split(r"('(?:[^'\\]|\\.)*')", call)
            texts = [
                part[1:-1] if part.startswith("'") else "x1" if part.strip(" ~\n") else "" for part in parts
            ]
            if text := "".join(texts).removesuffix("sentence").strip("x1"):
                found.append((str(path.relative_to(ROOT)), "".join(texts) if text else ""))
    return found


@pytest.mark.parametrize("sources", [raised_sentences, stopping_sentences])
def test_every_sentence_that_stops_a_command_has_its_russian(sources):
    found = sources()
    assert len(found) > 25
    lacking = [(name, text) for name, text in found if not re.search("[а-яА-Я]{3}", sentence(text, "ru"))]
    assert lacking == []
    left = [
        (name, said)
        for name, text in found
        if "namex1" not in text  # two sentences in one call
        and re.search(r"\b(the|is|was|has|there|that|than|and|but)\b", said := sentence(text, "ru"))
    ]
    assert left == [], "a general sentence has taken the place of one that is missing"


def test_russian_names_what_the_english_names():
    for english, russian in sentences().items():
        names = set(re.findall(r"\{(\w+)\}", english))
        assert set(re.findall(r"\{(\w+)\}", russian)) <= names, english


def test_a_sentence_inside_another_is_said_too():
    told = sentence(
        "The build stopped and nothing was published: stg: a.csv is empty: the first line must hold the"
        " column names.; t: Claim: parts sum. Details: logs/dbt.log",
        "ru",
    )
    assert told == (
        "Сборка остановилась, ничего не опубликовано: stg: a.csv: пусто; в первой строке должны стоять"
        " названия столбцов.; проверка t не прошла: parts sum. Подробности: logs/dbt.log"
    )
    assert sentence("nobody knows this", "ru") == "nobody knows this"


# The screen


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    shown = Terminal()
    monkeypatch.setattr(screens, "sys", SimpleNamespace(stdout=shown))
    monkeypatch.setattr(screens, "INTERVAL", 0.0)
    return shown


def test_a_stage_is_drawn_then_told_with_its_time(terminal: Terminal):
    screen = Screen()
    with speaking("ru"), screen.stage("Publishing") as facts:
        screen.progress("Publishing", 0.5, "половина")
        facts["told"] = "публикация 000001"
    *drawn, last = terminal.getvalue().split("\r")
    assert any("Публикация" in text and "[############" in text for text in drawn)
    assert re.fullmatch(r"✓ Публикация +\d+,\d с   публикация 000001\n", last)


def test_warnings_come_last_and_once(terminal: Terminal):
    screen = Screen()
    with speaking("ru"):
        screen.warn("не верьте")
        screen.warn("не верьте")
        screen.line("строка")
        screen.end()
    assert terminal.getvalue() == "строка\nВНИМАНИЕ: не верьте\n"


def test_long_lines_are_broken_between_words_and_links_are_not(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("COLUMNS", "60")
    path, link = f"data/{'x' * 70}.csv", "\033]8;;file:///" + "a " * 60
    screen = Screen()
    with speaking("en"):
        screen.line(f"metanprom: {path}: UTF-8, a decimal point, and in it there are 10,000 rows of people")
        screen.line(link)
        screen.warn("beware of " * 6 + "it")
        screen.end()
    assert terminal.getvalue().splitlines() == [
        "metanprom:",
        f"  {path}:",
        "  UTF-8, a decimal point, and in it there are 10,000 rows of",
        "  people",
        link,
        "WARNING: beware of beware of beware of beware of beware of",
        "  beware of it",
    ]


def test_quiet_says_warnings_only_and_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]):
    quiet = Screen(is_quiet=True)
    with quiet.stage("Publishing"):
        quiet.line("a line")
    quiet.warn("beware")
    quiet.end()
    assert capsys.readouterr().out == "WARNING: beware\n"
    program = Screen(is_json=True)
    with program.stage("Publishing") as facts:
        facts["publication"] = "000007"
        program.line("for a person")
    program.warn("beware")
    program.end()
    stage, warning = map(json.loads, capsys.readouterr().out.splitlines())
    assert (stage["event"], stage["stage"], stage["publication"]) == ("stage", "Publishing", "000007")
    assert (warning["event"], warning["text"]) == ("warning", "beware")


def test_what_a_line_will_tell_of_is_only_drawn(terminal: Terminal):
    screen = Screen()
    with speaking("ru"), screen.stage("Into history") as facts:
        with screen.brief(), screen.stage("Extracts"):
            screen.line("строка")
        facts["told"] = "volga 2026-01-31"
    screen.line("потом")
    lines = [line.split("\r")[-1] for line in terminal.getvalue().split("\n")[:-1]]
    assert len(lines) == 2, lines
    assert re.fullmatch(r"✓ В историю +\d+,\d с   volga 2026-01-31", lines[0])
    assert lines[1] == "потом"
    assert "Выгрузки" in terminal.getvalue()


def test_of_months_that_are_over_a_build_says_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def told(**_: object) -> list[object]:
        screens.screen.line("a file", event="extract")
        return []

    monkeypatch.setattr(building, "read_formats", told)
    monkeypatch.setattr(building, "note_snapshots", lambda *_: None)
    monkeypatch.setattr(building, "build_from_extracts", lambda *_, **__: screens.screen.line("stages"))
    days = [
        SimpleNamespace(fresh=[SimpleNamespace(portfolio="volga", day=f"2026-0{n}-28")]) for n in (1, 2, 3)
    ]
    building.build_months(
        lambda *_: True, Places(Path("a"), Path("b"), Path("c")), (days, {}), dbt_arguments=[]
    )
    lines = capsys.readouterr().out.splitlines()
    assert [" ".join(line.split()[-2:]) for line in lines[:2]] == ["volga 2026-01-28", "volga 2026-02-28"]
    assert lines[2:] == ["a file", "stages"]


def test_in_brief_a_program_is_told_everything(capsys: pytest.CaptureFixture[str]):
    for program in (Screen(is_json=True), Screen(is_verbose=True)):
        with program.brief():
            program.line("a file", event="extract")
        assert "extract" in capsys.readouterr().out or program.is_verbose
        with program.brief(), program.stage("Extracts"):
            pass
        assert "Extracts" in capsys.readouterr().out


def test_a_build_says_nothing_but_by_the_screen():
    """A bare print would break the lines of JSON, and speak where quiet was asked for."""
    rooms = ("building", "running", "months", "publishing", "privacy", "intake")
    found = [
        f"{path.name}:{node.lineno}"
        for room in rooms
        for path in (ROOT / "python/bank_churn" / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "print"
        and "sys.stderr" not in ast.unparse(node)
    ]
    assert found == []


def test_links_are_for_terminals_that_know_them(terminal: Terminal, monkeypatch: pytest.MonkeyPatch):
    for name in (*screens.KNOW_LINKS, "TERM_PROGRAM"):
        monkeypatch.delenv(name, raising=False)
    assert Screen().link(Path("a.html")) == "a.html"
    monkeypatch.setenv("TERM_PROGRAM", "vscode")
    link = Screen().link(Path("a b.html"))
    assert link == f"\033]8;;{Path('a b.html').absolute().as_uri()}\033\\a b.html\033]8;;\033\\"
    assert Screen(is_verbose=True).link(Path("a.html")) == "a.html"


def event(name: str, **data: object) -> str:
    return json.dumps(
        {
            "info": {"name": name, "level": "info", "msg": f"said {name}", "ts": "2026-01-31T01:02:03"},
            "data": data,
        }
    )


def test_a_watch_counts_what_dbt_does_by_stage(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr("bank_churn.running.events.screen", Screen())
    nodes = [
        {"resource_type": "seed", "node_path": "bands.csv"},
        {"resource_type": "model", "node_path": "staging/bank/stg_bank__clients.sql"},
        {"resource_type": "model", "node_path": "cleaning/clients_v1.sql"},
        {"resource_type": "test", "node_path": "singular/cleaning/x.sql"},
    ]
    watch = Watch()
    watch.read(
        [
            "a line of no JSON\n",
            "3\n",
            *(
                event("LogModelResult", node_info=node, execution_time=1.5, status="success", total=4)
                for node in nodes
            ),
        ]
    )
    assert (watch.done, watch.total) == (4, 4)
    watch.report()
    assert [line.split("  ")[0] for line in capsys.readouterr().out.splitlines()] == [
        "Reference lists",
        "Cleaning",
        "Checks",
    ]
    assert watch.counts["Cleaning"] == 2
    assert watch.seconds["Cleaning"] == 3.0


def test_checks_are_said_to_have_passed_only_where_all_did(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr("bank_churn.running.events.screen", Screen())
    check = {"resource_type": "test", "node_path": "singular/cleaning/x.sql"}
    for statuses, told in [(("pass", "pass"), "2 checks, all passed"), (("pass", "warn"), "1 of them not")]:
        watch = Watch()
        watch.read(event("LogTestResult", node_info=check, status=status) for status in statuses)
        watch.report()
        assert told in capsys.readouterr().out


def test_what_dbt_says_outside_of_models_is_the_reason(tmp_path: Path):
    told = json.loads(event("MainEncounteredError"))
    told["info"] |= {
        "level": "error",
        "msg": "Encountered an error:\n\x1b[31mCompilation Error\x1b[0m\n  a var is wrong.\n",
    }
    watch = Watch()
    watch.read([json.dumps(told)])
    assert watch.told(Places(tmp_path / "x.duckdb", tmp_path)) == "a var is wrong."


# What is told at the end


def test_the_closing_tells_rows_reasons_findings_and_files(
    demo_build: Build, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("COLUMNS", "100")
    paths = sorted(path for path in demo_build.published.iterdir() if path.is_file() and path.name[0] != ".")
    paths.sort(key=lambda path: path.name != "bank_churn.duckdb")
    with speaking("ru"):
        close(paths, language="ru")
    told = capsys.readouterr().out
    assert "Метанпром: строк прочитано 10 000, клиентов 9 992, отложено 8 (" in told.replace("\u00a0", " ")
    assert told.count("  • ") == 4
    assert "dashboard.ru.html — обзорная страница" in told
    assert max(len(line) for line in told.splitlines() if " — " not in line) <= 100  # paths are not broken
    assert len(told.splitlines()) <= 22  # with the stages above it, 40


def test_a_finding_is_the_first_sentence_of_a_conclusion():
    conclusion = (
        "Различие есть: доля выше: 62,1 % против 15,8 %; разница +46,3 п. п. (от 1 до 2). Эффект большой."
    )
    assert first_sentence(conclusion).startswith("Доля выше: 62,1 % против 15,8 %; разница +46,3 п. п. (от")
    assert first_sentence("Alone") == "Alone"


def test_a_database_without_marts_closes_all_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    duckdb.connect(str(tmp_path / "bank_churn.duckdb")).close()
    close([tmp_path / "bank_churn.duckdb"], language="en")
    assert "for BI tools" in capsys.readouterr().out


# Told before anything is begun


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("churn_model_bags: 1", "churn_model_bags is 1; it must be 2 or more."),
        ("snapshot_date: 31.01.2026", "it must be a day"),
        ("excluded_attributes: [religion]", 'excluded_attributes names "religion"'),
        ("portfolios: {metanprom: {lacks: [city]}}", 'has an option "lacks"'),
        ("churn_model_folder: no/such", "there is no such folder"),
    ],
)
def test_a_wrong_setting_is_told_by_the_macros_without_dbt(
    given: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(ROOT)
    extract = write_lines(tmp_path / "a.csv", [to_line(good_row(1))])
    for name, value in (("METANPROM_CLIENTS", extract), ("BANK_SCROOGE_CLIENTS", "")):
        monkeypatch.setenv(name, value)
    with pytest.raises(InputError, match=re.escape(told)):
        judge(vars_of(["--vars", f"{{{given}}}"]))
    judge(vars_of([]))


@pytest.mark.parametrize(
    ("header", "told"),
    [(["a", "b"], 'has no column "userid"; columns found: a, b.'), (None, "METANPROM_CLIENTS: no file at")],
)
def test_a_wrong_path_or_column_is_told_without_dbt(
    header: list[str] | None, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(ROOT)
    extract = write_lines(tmp_path / "a.csv", ["1,2"], header) if header else str(tmp_path / "nowhere.csv")
    for name, value in (("METANPROM_CLIENTS", extract), ("BANK_SCROOGE_CLIENTS", "")):
        monkeypatch.setenv(name, value)
    with pytest.raises(InputError, match=re.escape(told)):
        judge(vars_of([]))


def test_macros_return_what_they_return_in_dbt(tmp_path: Path):
    (tmp_path / "twice.sql").write_text("{% macro twice(x) %}{{ return([x, x]) }}{% endmacro %}")
    (tmp_path / "text.sql").write_text("{%- macro text() -%}{{ twice(var('a')) | length }}{%- endmacro -%}")
    macros = Macros({"a": 7}, tmp_path)
    assert macros.call("twice", 1) == [1, 1]
    assert macros.call("text") == "2"


# What a killed command leaves


def test_folders_of_killed_checks_go_and_those_at_work_stay(tmp_path: Path):
    for name in ("check-dead", "check-alive", "check-new"):
        (tmp_path / name).mkdir()
    (tmp_path / "check-dead/.lock").touch()
    with only_one(tmp_path / "check-alive/.lock", taken="Wait."):
        remove_unheld(tmp_path.glob("check-*"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["check-alive", "check-new"]


def test_a_check_takes_the_place_of_the_last_one_unless_another_is_there(tmp_path: Path):
    """Its path stands in dbt's profile, and for another profile dbt parses the whole project."""
    first, second = place_of_its_own(tmp_path), place_of_its_own(tmp_path)
    assert first != second
    first.rmdir()
    assert place_of_its_own(tmp_path) == first
    assert {path.stat().st_mode & 0o777 for path in (first, second)} == {0o700}


def test_what_is_said_fills_its_braces():
    assert said("{done} of {all}", "ru", done=1, all=2) == "1 из 2"
    assert said("no such text {x}", "ru", x=1) == "no such text 1"


def test_many_files_alike_are_told_in_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """A program is told of each."""
    found = [
        Found("bank", f"months/{day:02}.csv", "", "csv", ",", ["id"], 1000, f"csv, {form}, 1,000 rows")
        for day, form in [*((day, "UTF-8") for day in range(1, 13)), (13, "cp1251")]
    ]
    for screen, told in [(Screen(), 2), (Screen(is_verbose=True), 13), (Screen(is_json=True), 13)]:
        monkeypatch.setitem(print_formats.__globals__, "screen", screen)
        print_formats(found)
        lines = capsys.readouterr().out.splitlines()
        assert len(lines) == told
        assert ("bank: months: csv, UTF-8, 12 files, 12,000 rows in all" in lines) == (told == 2)
