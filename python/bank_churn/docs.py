"""The documentation site as one static page: dbt's own, with what the last build found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Literal

import duckdb

from bank_churn.artifacts import read_artifact
from bank_churn.errors import BankChurnError

Language = Literal["ru", "en"]

FOUND = {"ru": "Что нашла последняя сборка", "en": "What the last build found"}
HEADINGS = {
    "ru": ("Портфель", "Гипотеза", "Вопрос", "Ответ"),
    "en": ("Portfolio", "Hypothesis", "Question", "Answer"),
}
GENERATED = {
    "ru": "Данные этого портфеля сгенерированы, настоящих клиентов среди них нет.",
    "en": "The data of this portfolio are generated; there is no real client among them.",
}


def hypothesis_table(database: Path, language: Language) -> str:
    """Write every tested hypothesis with its conclusion as a Markdown table.

    Args:
        database: The build database.
        language: Language of the questions and conclusions.

    Returns:
        Markdown; a portfolio of generated data says so in each of its rows.

    Raises:
        BankChurnError: If the database cannot be read.
    """
    query = f"""
        select portfolio, hypothesis_id, statement_{language},
            case when is_suppressed then '—' else conclusion_{language} end, data_origin
        from hypothesis_results order by portfolio, hypothesis_id"""
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            rows = connection.execute(query).fetchall()
    except duckdb.Error as error:
        raise BankChurnError(f"{database} cannot be read: {str(error).splitlines()[0]}") from error
    lines = [f"## {FOUND[language]}", "", "| " + " | ".join(HEADINGS[language]) + " |", "|---" * 4 + "|"]
    for portfolio, hypothesis_id, statement, conclusion, data_origin in rows:
        answer = f"{conclusion} *{GENERATED[language]}*" if data_origin == "generated" else conclusion
        cells = (str(cell).replace("|", "/") for cell in (portfolio, hypothesis_id, statement, answer))
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


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
    command = [
        str(Path(sys.executable).with_name("dbt")),
        "docs",
        "generate",
        "--quiet",
        "--target-path",
        str(folder),
    ]
    environment = {**os.environ, "DOCS_LANGUAGE": language, "BANK_CHURN_DATABASE": str(database)}
    if subprocess.run(command, env=environment, check=False).returncode != 0:
        raise BankChurnError("The documentation was not generated: see dbt's message above.")
    manifest = read_artifact(folder, "manifest.json")
    for node in manifest["nodes"].values():
        if node["name"] == "hypothesis_results":
            node["description"] += "\n\n" + hypothesis_table(database, language)
    page = (folder / "index.html").read_text(encoding="utf-8")
    for name, document in (("MANIFEST", manifest), ("CATALOG", read_artifact(folder, "catalog.json"))):
        # A closing tag inside the data would end the page's script.
        data = json.dumps(document, ensure_ascii=False).replace("</", "<\\/")
        page = page.replace(f'"{name}.JSON INLINE DATA"', data)
    output.mkdir(parents=True, exist_ok=True)
    path = output / f"docs_{language}.html"
    unfinished = path.with_suffix(".part")
    unfinished.write_text(page, encoding="utf-8")
    os.replace(unfinished, path)
    return path
