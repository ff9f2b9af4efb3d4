"""Pages of the documentation: lists with a source are written from it, links fit the place that shows them.

A page is a doc block `__name__` in `models/docs/<language>/pages/name.md`; dbt's site shows it at
`#!/overview/name`.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import yaml

from bank_churn.commands import cli
from bank_churn.errors import BankChurnError
from bank_churn.words.language import LANGUAGES
from bank_churn.words.speech import phrases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bank_churn.words.language import Language

DOCS = Path("models/docs")
PROJECT = Path("dbt_project.yml")
MAKEFILE = Path("Makefile")
RUSSIAN = Path("python/bank_churn/words/russian.toml")
SEE_FILE = {"ru": "см. файл", "en": "see the file"}

WINGS = ("churn", "statistics", "scoring", "segments", "retention", "months", "campaigns", "cleaning")
ONE_ROW = {"ru": r"^Одна\sстрока\s—\s(.*?)[:.](?:\s|$)", "en": r"^One row (?:per|is|for) (.*?)[:.](?:\s|$)"}
TABLE_HEADINGS = {
    "ru": "| таблица | одна строка | на какой вопрос отвечает |",
    "en": "| table | one row | which question it answers |",
}
QUESTION_HEADINGS = {"ru": "| Вопрос | Витрина |", "en": "| Question | Mart |"}

Translate = Callable[[str], str]
WriteList = Callable[["Language", Translate], str]


def settings_with_reasons(text: str) -> dict[str, str]:
    """Read the settings of the project and why each is what it is.

    A reason is the comment behind a setting, else the comment above it. Settings that follow each other
    without an empty line share the comment above the first, unless one of them has a comment behind it.

    Returns:
        The reason of every var, empty where there is none.
    """
    reasons: dict[str, str] = {}
    above: list[str] = []
    was_comment = False
    for line in text.split("\nvars:\n")[1].splitlines():
        if line and not line.startswith(" "):
            break
        comment = re.fullmatch(r"  # ?(.*)", line)
        if comment:
            above = [*above, comment[1]] if was_comment else [comment[1]]
        elif setting := re.match(r"  (\w+):(?:.*? +# (.*))?", line):
            reasons[setting[1]] = setting[2] or " ".join(above)
            above = [] if setting[2] else above
        elif not line.strip():
            above = []
        was_comment = comment is not None
    return reasons


def default_text(value: object, language: Language) -> str:
    """Write the default of a setting as it stands in YAML; what takes many lines is in the file."""
    if isinstance(value, dict) and value:
        return SEE_FILE[language]
    text = yaml.safe_dump(
        value, default_flow_style=True, allow_unicode=True, width=10_000, default_style=None
    )
    return f"`{text.removesuffix('...' + chr(10)).strip()}`"


def plain(text: str) -> str:
    """Write a text of a source so that Markdown shows the signs that it would take for a tag of HTML."""
    return text.replace("<", "&lt;")


def list_of_settings(language: Language, translate: Translate) -> str:
    """Write every setting with its default and its reason."""
    text = PROJECT.read_text(encoding="utf-8")
    reasons, defaults = settings_with_reasons(text), yaml.safe_load(text)["vars"]
    return "\n".join(
        f"- `{name}` ({default_text(defaults[name], language)}): {plain(translate(reason))}"
        for name, reason in reasons.items()
    )


def list_of_targets(_language: Language, translate: Translate) -> str:
    """Write every target of the Makefile with its help."""
    found = re.findall(r"^([a-z-]+):.*?## (.*)$", MAKEFILE.read_text(encoding="utf-8"), re.M)
    return "\n".join(f"- `make {name}`: {plain(translate(said))}" for name, said in found)


@contextmanager
def plain_environment() -> Iterator[None]:
    """Leave out what is set here alone, so that defaults are everybody's."""
    kept = dict(os.environ)
    for name in kept:
        if name.startswith("BANK_CHURN_") or name == "DOCS_LANGUAGE":
            del os.environ[name]
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept)


def option_text(parameter: click.Parameter) -> str:
    """Write an option or argument as it is typed."""
    if isinstance(parameter, click.Option) and parameter.is_flag:
        return ", ".join(parameter.opts)
    if isinstance(parameter.type, click.Choice):
        value = "|".join(parameter.type.choices)
    else:
        value = parameter.metavar or str(parameter.name).upper()
    return f"{', '.join(parameter.opts)} {value}" if isinstance(parameter, click.Option) else value


def list_of_commands(_language: Language, translate: Translate) -> str:
    """Write every command of `bank_churn` under its heading, with its help and that of its options."""
    parts = []
    with plain_environment():
        context = click.Context(cli)
        for heading, names in cli.groups.items():
            parts.append(f"### {translate(heading)}")
            parts += [command_text(name, cli.get_command(context, name), translate) for name in names]
    return "\n\n".join(parts)


def command_text(name: str, command: click.Command | None, translate: Translate) -> str:
    """Write a command with its help and that of its options."""
    if command is None:
        raise BankChurnError(f"There is no command {name}.")
    lines = [f"#### bank_churn {name}", "", plain(translate(command.short_help or ""))]
    lines += ["", plain(translate(command.help))] if command.help else []
    options = [parameter for parameter in command.params if not getattr(parameter, "hidden", False)]
    return "\n".join(
        [*lines, "", *(f"- `{option_text(one)}`: {help_text(one, translate)}" for one in options)]
    )


def help_text(parameter: click.Parameter, translate: Translate) -> str:
    """Write the help of an option or argument with its default."""
    default = parameter.default() if callable(parameter.default) else parameter.default
    return plain(translate(getattr(parameter, "help", None) or "").replace("{default}", str(default)))


def doc_blocks(language: Language) -> dict[str, str]:
    """Read every doc block of a language by its name."""
    return {
        block[1]: block[2].strip()
        for path in sorted((DOCS / language).glob("*.md"))
        for block in re.finditer(
            r"{% docs (\w+) %}\n(.*?){% enddocs %}", path.read_text(encoding="utf-8"), flags=re.DOTALL
        )
    }


def marts_described(language: Language) -> Iterator[tuple[dict[str, Any], str, str]]:
    """Yield every mart's entry, what one row of it is and the first question it answers, by wing."""
    blocks = doc_blocks(language)
    for wing in WINGS:
        text = (Path("models") / wing / f"_{wing}__marts.yml").read_text(encoding="utf-8")
        for mart in yaml.safe_load(text)["models"]:
            versions = {version["v"]: version for version in mart["versions"]}
            description = versions[mart["latest_version"]].get("description", mart["description"])
            block = blocks[re.search(r"doc\('(\w+)'\)", description)[1]]  # type: ignore[index]
            row = re.search(ONE_ROW[language], block, flags=re.MULTILINE)
            question = re.search(r"^- (.*)$", block, flags=re.MULTILINE)
            if row is None or question is None:
                raise BankChurnError(
                    f"The description of {mart['name']} in {DOCS / language} must say in its first "
                    "sentence what one row is, and then which questions it answers."
                )
            yield mart, row[1], question[1]


def list_of_tables(audience: str) -> WriteList:
    """Make what writes a table of the marts for an audience: name, one row, first question."""

    def write(language: Language, _translate: Translate) -> str:
        rows = (
            f"| `{mart['name']}` | {row} | {question} |"
            for mart, row, question in marts_described(language)
            if mart.get("config", {}).get("meta", {}).get("audience", "everyone") == audience
        )
        return "\n".join((TABLE_HEADINGS[language], "|---|---|---|", *rows))

    return write


def list_of_questions(language: Language, _translate: Translate) -> str:
    """Write the first question of every mart with links to its latest version and those after it."""
    rows = (
        f"| {question} | "
        + ", ".join(
            f"[{mart['name']}{'' if version == mart['latest_version'] else f'_v{version}'}]"
            f"(#!/model/model.bank_churn.{mart['name']}.v{version})"
            for version in sorted(version["v"] for version in mart["versions"])
            if version >= mart["latest_version"]
        )
        + " |"
        for mart, _row, question in marts_described(language)
    )
    return "\n".join((QUESTION_HEADINGS[language], "|---|---|", *rows))


LISTS: dict[str, WriteList] = {
    "settings": list_of_settings,
    "targets": list_of_targets,
    "commands": list_of_commands,
    "tables for everyone": list_of_tables("everyone"),
    "tables of clients": list_of_tables("clients"),
    "questions": list_of_questions,
}


def translator(language: Language, missing: list[str]) -> Translate:
    """Make what puts a text of the sources, which are English, into the page's language."""
    if language == "en":
        return lambda text: text
    translations = phrases()

    def translate(text: str) -> str:
        if text not in translations:
            missing.append(text)
        return translations.get(text, text)

    return translate


def with_list(text: str, name: str, written: str) -> str:
    """Put a list between its marks."""
    marks = rf"(<!-- list: {name}, written by `make pages` -->\n).*?(\n<!-- end of the list -->)"
    return re.sub(marks, lambda mark: mark[1] + written + mark[2], text, flags=re.DOTALL)


def written_pages() -> dict[Path, str]:
    """Write the lists of all pages anew.

    Returns:
        The text of every page, by its file.
    """
    reasons = settings_with_reasons(PROJECT.read_text(encoding="utf-8"))
    if silent := [name for name, reason in reasons.items() if not reason]:
        raise BankChurnError(f"{PROJECT}: no comment says why {', '.join(silent)} is what it is.")
    missing: list[str] = []
    pages = {}
    for language in LANGUAGES:
        translate = translator(language, missing)
        folder = DOCS / language
        for path in (*folder.glob("overview.md"), *sorted((folder / "pages").glob("*.md"))):
            text = path.read_text(encoding="utf-8")
            for name, write in LISTS.items():
                if f"<!-- list: {name}," in text:
                    text = with_list(text, name, write(language, translate))
            pages[path] = text
    if missing:
        texts = "\n".join(f"  {text}" for text in dict.fromkeys(missing))
        raise BankChurnError(f"{RUSSIAN} has no Russian for these texts (or they have changed):\n{texts}")
    return pages


def main() -> int:
    """Write the lists of the pages anew.

    Returns:
        Exit code.
    """
    try:
        for path, text in written_pages().items():
            if path.read_text(encoding="utf-8") != text:
                path.write_text(text, encoding="utf-8")
                print(path)
    except BankChurnError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
