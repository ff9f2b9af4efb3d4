"""README and pages: lists are those of the sources, links lead somewhere, commands exist."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest
import yaml
from bank_churn.commands import cli
from bank_churn.commands.pages import PROJECT, settings_with_reasons, written_pages
from bank_churn.errors import BankChurnError
from bank_churn.exports.docs import SITE_PLACES, fit_for_site
from conftest import ROOT

LANGUAGES = ("ru", "en")
DOCS = ROOT / "models/docs"
READMES = {"ru": ROOT / "README.ru.md", "en": ROOT / "README.md"}
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
INNER_VARIABLES = {"BANK_CHURN_EXTRACTS", "BANK_CHURN_INTAKE", "BANK_CHURN_PARENT", "BANK_CHURN_SNAPSHOTS"}
"""What the program tells itself, and nobody sets."""


def pages(language: str) -> dict[str, Path]:
    return {path.stem: path for path in sorted((DOCS / language / "pages").glob("*.md"))}


def markdown_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "*.md"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        pytest.skip("not a git repository: the list of tracked files is unknown")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def anchors(text: str) -> set[str]:
    """The anchors that a repository's viewer gives to headings."""
    headings = re.findall(r"^#+ (.*)$", CODE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def broken_links(path: Path) -> list[str]:
    """Links of a file to files of the project, or places in them, that are not there."""
    broken = []
    for link in LINK.findall(CODE.sub("", path.read_text(encoding="utf-8"))):
        if re.match(r"https?://|mailto:|#!/|\{\{", link):
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name) if name else path
        if not target.exists():
            broken.append(f"{path.name}: {link}")
        elif anchor and anchor not in anchors(target.read_text(encoding="utf-8")):
            broken.append(f"{path.name}: {link}: no such heading")
    return broken


def test_the_lists_of_pages_are_those_of_their_sources(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(ROOT)
    stale = [str(path) for path, text in written_pages().items() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "run `make pages` and commit what it writes"


def test_every_setting_is_listed_with_a_reason():
    text = (ROOT / PROJECT).read_text(encoding="utf-8")
    reasons = settings_with_reasons(text)
    assert list(reasons) == list(yaml.safe_load(text)["vars"])
    assert [name for name, reason in reasons.items() if not reason] == []


@pytest.mark.parametrize(
    ("settings", "reasons"),
    [
        ("  # Why.\n  # So.\n  a: 1\n", {"a": "Why. So."}),
        ("  # Why.\n  a: 1\n  b: 2\n", {"a": "Why.", "b": "Why."}),
        ("  # Why.\n  a: 1\n\n  b: 2\n", {"a": "Why.", "b": ""}),
        ("  # Why.\n  a: 1\n  # Other.\n  b: 2\n", {"a": "Why.", "b": "Other."}),
        ("  # Why.\n  a: 1\n  b: 2  # behind\n  c: 3\n", {"a": "Why.", "b": "behind", "c": ""}),
        ("  # Why.\n  a:\n    x: 1  # not of a\n", {"a": "Why."}),
        ('  # Why.\n  a: ["#N/A"]\n', {"a": "Why."}),
    ],
)
def test_a_reason_is_the_comment_of_a_setting(settings: str, reasons: dict[str, str]):
    assert settings_with_reasons(f"name: x\n\nvars:\n{settings}\nmodels: {{}}\n") == reasons


def test_a_setting_without_a_reason_or_a_text_without_russian_stops_the_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for name in ("models", "python/bank_churn/words/russian.toml", "Makefile"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    project = (ROOT / PROJECT).read_text(encoding="utf-8")
    Path(PROJECT).write_text(project.replace("vars:\n", "vars:\n  unexplained: 1\n\n"), encoding="utf-8")
    with pytest.raises(BankChurnError, match="no comment says why unexplained"):
        written_pages()
    Path(PROJECT).write_text(
        project.replace("# Below this a group", "# Beneath this a group"), encoding="utf-8"
    )
    with pytest.raises(BankChurnError, match=r"no Russian for these texts.*\n  Beneath this a group"):
        written_pages()


def test_every_link_between_files_leads_somewhere():
    files = markdown_files()
    assert len(files) > 80
    assert [link for path in files for link in broken_links(path)] == []


def test_a_broken_link_is_found(tmp_path: Path):
    (tmp_path / "there.md").write_text("# A heading, so\n", encoding="utf-8")
    page = tmp_path / "page.md"
    page.write_text(
        "[a](there.md) [b](there.md#a-heading-so) `[c](d)` [e](gone.md) [f](there.md#g)", encoding="utf-8"
    )
    assert broken_links(page) == ["page.md: gone.md", "page.md: there.md#g: no such heading"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_blocks_that_the_site_shows_and_link_to_such_only(language: str):
    found = pages(language)
    assert found.keys() == pages("en").keys()
    for name, path in {**found, "overview": DOCS / language / "overview.md"}.items():
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"\{% docs (\w+) %\}", text) == [f"__{name}__"]
        links = LINK.findall(CODE.sub("", fit_for_site(text)))
        places = {f"#!/overview/{page}" for page in found} | {
            f"#!/overview{place}" for place in SITE_PLACES.values()
        }
        elsewhere = [link for link in links if link not in places and not link.startswith("#!/model/")]
        assert elsewhere == [], f"{path.name}: the site cannot follow these links"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_reached_from_the_readme_and_from_the_overview(language: str):
    overview = (DOCS / language / "overview.md").read_text(encoding="utf-8")
    readme = READMES[language].read_text(encoding="utf-8")
    for name in pages(language):
        assert f"](pages/{name}.md)" in overview
        assert f"](models/docs/{language}/pages/{name}.md)" in readme


def test_links_between_pages_become_those_of_the_site():
    text = "[a](settings.md) [b](pages/speed.md) [c](../clients_guides.md) [d](../overview.md) [e](x/y.md)"
    assert fit_for_site(text) == (
        "[a](#!/overview/settings) [b](#!/overview/speed) [c](#!/overview/bank_churn) [d](#!/overview)"
        " [e](x/y.md)"
    )


def test_the_site_shows_no_comments_of_a_page():
    assert fit_for_site("a\n\n  <!-- list: b,\nc -->\n- d\n<!-- end -->\n\ne <f>") == "a\n\n- d\n\ne <f>"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_readme_is_short(language: str):
    assert len(READMES[language].read_text(encoding="utf-8").splitlines()) <= 220


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_variable_that_is_read_is_described(language: str):
    read: set[str] = set()
    for pattern in (
        "profiles.yml",
        "macros/**/*.sql",
        "python/bank_churn/**/*.py",
        "tests/python/conftest.py",
    ):
        for path in ROOT.glob(pattern):
            text = path.read_text(encoding="utf-8")
            read |= set(re.findall(r"""["'](BANK_CHURN_[A-Z_]+|DOCS_LANGUAGE)["']""", text))
    assert len(read) > 10
    described = "".join(pages(language)[name].read_text(encoding="utf-8") for name in ("settings", "spark"))
    short = described.replace("`_", "`BANK_CHURN_SPARK_")
    assert {name for name in read - INNER_VARIABLES if name not in short} == set()


def commands(text: str) -> list[str]:
    """The lines of the shell's examples, and what stands as code in a sentence."""
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL)).splitlines()
    inline = re.findall(r"`([^`\n]*)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return [*blocks, *inline]


def unknown_commands(text: str) -> list[str]:
    """Commands of a text that neither the Makefile nor the command line knows."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    unknown = []
    for line in commands(text):
        if not re.search(r"make |bin/bank_churn ", line):
            continue
        words = [word for word in shlex.split(line, comments=True) if not re.match(r"[A-Z_]+=", word)]
        if words[:1] == ["make"] and len(words) > 1 and words[1] not in targets:
            unknown.append(line)
        if words[:1] == [".venv/bin/bank_churn"] and len(words) > 1 and words[1] != "--help":
            try:
                context = click.Context(cli, info_name="bank_churn")
                name, command, further = cli.resolve_command(context, words[1:])
                command.make_context(name, further, parent=context)
            except click.exceptions.Exit:  # help
                continue
            except click.UsageError:
                unknown.append(line)
    return unknown


def test_every_command_in_readmes_and_pages_exists():
    texts = [*READMES.values(), ROOT / "CONTRIBUTING.md", ROOT / "examples/README.md"]
    texts += [path for language in LANGUAGES for path in (DOCS / language).rglob("*.md")]
    found = {path.name: unknown_commands(path.read_text(encoding="utf-8")) for path in texts}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_an_unknown_command_is_found():
    lines = ("A=1 make nothing", ".venv/bin/bank_churn list --all", ".venv/bin/bank_churn build --vars x")
    text = "\n".join(["```sh", *lines, "```", "`make test`"])
    assert unknown_commands(text) == ["A=1 make nothing", ".venv/bin/bank_churn list --all"]


def test_a_mart_whose_description_asks_no_question_stops_the_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    shutil.copytree(ROOT / "models", tmp_path / "models")
    for name in ("python/bank_churn/words/russian.toml", "Makefile", PROJECT):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    docs = tmp_path / "models/docs/en/churn.md"
    text = docs.read_text(encoding="utf-8")
    docs.write_text(
        text.replace("One row per city of a portfolio", "A city of a portfolio"), encoding="utf-8"
    )
    with pytest.raises(BankChurnError, match="description of churn_by_city in models/docs/en must say"):
        written_pages()
