"""The documentation site as one static page: dbt's own, with what the last build found."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Literal

import duckdb

from bank_churn.commands.pages import site_links
from bank_churn.errors import BankChurnError
from bank_churn.running.artifacts import public_marts, read_artifact
from bank_churn.running.dbt_command import run_dbt
from bank_churn.tools.files import replace_text
from bank_churn.words.numbers import format_number
from bank_churn.words.safe_text import shown

Language = Literal["ru", "en"]

FOUND = {"ru": "Что нашла последняя сборка", "en": "What the last build found"}
GENERATED = {
    "ru": "Данные сгенерированы: настоящих клиентов среди них нет.",
    "en": "The data are generated: there is no real client among them.",
}
HYPOTHESIS_HEADINGS = {
    "ru": ("Портфель", "Гипотеза", "Вопрос", "Ответ"),
    "en": ("Portfolio", "Hypothesis", "Question", "Answer"),
}
RATE_HEADINGS = {
    "ru": ("Портфель", "Группа", "Доля оттока", "95-процентный интервал", "Ушли", "Клиентов"),
    "en": ("Portfolio", "Group", "Churn rate", "95% interval", "Churned", "Clients"),
}
HIDDEN = "—"


def markdown_table(
    headings: tuple[str, ...], rows: list[tuple[str, ...]], *, is_generated: bool, language: Language
) -> str:
    """Write a table in Markdown under the heading that says where its figures come from.

    Args:
        headings: Column headings.
        rows: Cells as text.
        is_generated: Whether to say that the data are generated.
        language: Language of the fixed words.

    Returns:
        Markdown.
    """
    note = [f"*{GENERATED[language]}*", ""] if is_generated else []
    lines = ["| " + " | ".join(map(plain_cell, row)) + " |" for row in (headings, *rows)]
    return "\n".join([f"## {FOUND[language]}", "", *note, lines[0], "|---" * len(headings) + "|", *lines[1:]])


def plain_cell(text: str) -> str:
    """Write text so that a page shows it as it is, whatever it would mean in Markdown or HTML.

    Args:
        text: Such as the name of a city.

    Returns:
        Markdown for a cell of a table.
    """
    return re.sub(r'[<>&|*`\[\]\\~#!"{}]', lambda sign: f"&#{ord(sign.group())};", shown(text))


def hypothesis_table(connection: duckdb.DuckDBPyConnection, language: Language) -> str:
    """Write every tested hypothesis with its conclusion.

    Args:
        connection: The build database.
        language: Language of the questions and conclusions.

    Returns:
        Markdown.
    """
    rows = connection.execute(
        f"""select portfolio_label_{language}, hypothesis_id, statement_{language},
            case when results.is_suppressed then '{HIDDEN}' else conclusion_{language} end,
            results.data_origin
        from hypothesis_results as results inner join portfolios using (portfolio) order by 1, 2"""
    ).fetchall()
    generated = any(row[-1] == "generated" for row in rows)
    cells = [tuple(str(cell) for cell in row[:-1]) for row in rows]
    return markdown_table(HYPOTHESIS_HEADINGS[language], cells, is_generated=generated, language=language)


def rate_table(connection: duckdb.DuckDBPyConnection, mart: str, language: Language) -> str:
    """Write the rates of one of the `churn_by_…` marts; a suppressed group shows no figures.

    Args:
        connection: The build database.
        mart: Name of the mart.
        language: Language of labels and number formats.

    Returns:
        Markdown.
    """
    rows = connection.execute(
        f"""select portfolio_label_{language}, value_label_{language}, rates.is_suppressed, rates.churn_rate,
            rates.ci_low, rates.ci_high, rates.churned_count, rates.client_count, rates.data_origin
        from {mart} as rates inner join portfolios using (portfolio) order by 1, 2"""
    ).fetchall()
    cells = []
    for portfolio, value, is_suppressed, rate, low, high, churned, clients, _ in rows:
        if is_suppressed or rate is None:
            cells.append((portfolio, value, *[HIDDEN] * 4))
            continue
        percent, from_, to = (
            format_number(100 * part, decimals=1, language=language) for part in (rate, low, high)
        )
        counts = (format_number(count, decimals=0, language=language) for count in (churned, clients))
        cells.append((portfolio, value, f"{percent} %", f"{from_}–{to} %", *counts))
    generated = any(row[-1] == "generated" for row in rows)
    return markdown_table(RATE_HEADINGS[language], cells, is_generated=generated, language=language)


def findings(database: Path, marts: list[str], language: Language) -> dict[str, str]:
    """Write what the last build found, for the marts that a business reader opens.

    Args:
        database: The build database.
        marts: Names of the public marts.
        language: Language of the page.

    Returns:
        Markdown by mart.

    Raises:
        BankChurnError: If the database cannot be read.
    """
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            tables = {
                mart: rate_table(connection, mart, language) for mart in marts if mart.startswith("churn_by_")
            }
            return tables | {"hypothesis_results": hypothesis_table(connection, language)}
    except duckdb.Error as error:
        raise BankChurnError(f"{database} cannot be read: {str(error).splitlines()[0]}") from error


def make_docs(*, language: Language, database: Path, target_path: Path, output: Path) -> Path:
    """Generate the documentation of the last build.

    Args:
        language: Language of the descriptions.
        database: The build database; comments and results are read from it.
        target_path: dbt's target folder; the docs get a folder of their own inside.
        output: Folder of the published files.

    Returns:
        The page.

    Raises:
        BankChurnError: If dbt cannot generate the docs.
    """
    folder = target_path / f"docs_{language}"
    arguments = ("docs", "generate", "--quiet")
    environment = {"DOCS_LANGUAGE": language}
    if not run_dbt(*arguments, database=database, target_path=folder, environment=environment):
        raise BankChurnError("The documentation was not generated: see dbt's message above.")
    manifest = read_artifact(folder, "manifest.json")
    found = findings(database, [mart.name for mart in public_marts(manifest)], language)
    for node in manifest["nodes"].values():
        if node["name"] in found:
            node["description"] += "\n\n" + found[node["name"]]
    for block in manifest["docs"].values():
        block["block_contents"] = site_links(block["block_contents"])
    page = (folder / "index.html").read_text(encoding="utf-8")
    for name, document in (("MANIFEST", manifest), ("CATALOG", read_artifact(folder, "catalog.json"))):
        # A closing tag inside the data would end the page's script.
        data = json.dumps(document, ensure_ascii=False).replace("</", "<\\/")
        page = page.replace(f'"{name}.JSON INLINE DATA"', data)
    path = output / f"docs_{language}.html"
    replace_text(path, page)
    return path
