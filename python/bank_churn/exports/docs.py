"""The documentation site as one static page: dbt's own, with what the last build found."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import duckdb

from bank_churn.errors import BankChurnError
from bank_churn.exports.catalogue import catalogue_of
from bank_churn.publishing.history import PUBLISHED_FILES, adding, database_in, read_facts
from bank_churn.running.artifacts import public_marts, read_artifact
from bank_churn.running.dbt_command import run_dbt
from bank_churn.running.events import Watch, log_path
from bank_churn.tools.content_policy import script_hashes
from bank_churn.tools.places import Places
from bank_churn.words.language import Language
from bank_churn.words.numbers import format_number
from bank_churn.words.safe_text import shown

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
PAGE_LINK = re.compile(r"(\]\()(?:pages/|\.\./)?(\w+)\.md\)")
# dbt shows a block `__name__` at #!/overview/name; the names of these two it fixes itself.
SITE_PLACES = {"overview": "", "clients_guides": "/bank_churn"}
# What keeps readers from dbt's page: faint words, no landmarks, boxes that no key scrolls, no magnifying.
BARRIERS = {
    "#8b969e": "#56606a",
    "#0bb": "#00707a",
    "maximum-scale=1,": "",
    'class="app-menu app-column"': 'class="app-menu app-column" role="navigation"',
    'class="app-content app-column"': 'class="app-content app-column" role="main"',
    'class="detail-body"': 'class="detail-body" tabindex="0"',
    'class="table-responsive"': 'class="table-responsive" tabindex="0"',
    "<h6>": '<h6 aria-level="2">',
}
# What dbt writes about the machine: the folders of the project and of packages.
PLACES = {"root_path", "project_root", "target_path", "profiles_dir", "project_dir", "log_path"}


def markdown_table(
    headings: tuple[str, ...], rows: list[tuple[str, ...]], *, is_generated: bool, language: Language
) -> str:
    """Write a table in Markdown under the heading that says where its figures come from."""
    note = [f"*{GENERATED[language]}*", ""] if is_generated else []
    lines = ["| " + " | ".join(map(plain_cell, row)) + " |" for row in (headings, *rows)]
    return "\n".join([f"## {FOUND[language]}", "", *note, lines[0], "|---" * len(headings) + "|", *lines[1:]])


def plain_cell(text: str) -> str:
    """Write text so that a page shows it as it is, whatever it would mean in Markdown or HTML."""
    return re.sub(r'[<>&|*`\[\]\\~#!"{}]', lambda sign: f"&#{ord(sign.group())};", shown(text))


def hypothesis_table(connection: duckdb.DuckDBPyConnection, language: Language) -> str:
    """Write every tested hypothesis with its conclusion."""
    rows = connection.execute(
        f"""select portfolio_label_{language}, hypothesis_id, statement_{language},
            coalesce(conclusion_{language}, '{HIDDEN}'),
            results.data_origin
        from hypothesis_results as results inner join portfolios using (portfolio) order by 1, 2"""
    ).fetchall()
    generated = any(row[-1] == "generated" for row in rows)
    cells = [tuple(str(cell) for cell in row[:-1]) for row in rows]
    return markdown_table(HYPOTHESIS_HEADINGS[language], cells, is_generated=generated, language=language)


def rate_table(connection: duckdb.DuckDBPyConnection, mart: str, language: Language) -> str:
    """Write the rates of one of the `churn_by_…` marts; a suppressed group shows no figures.

    Args:
        connection: The published database.
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
        counts = (
            HIDDEN if count is None else format_number(count, decimals=0, language=language)
            for count in (churned, clients)
        )
        cells.append((portfolio, value, f"{percent} %", f"{from_}–{to} %", *counts))
    generated = any(row[-1] == "generated" for row in rows)
    return markdown_table(RATE_HEADINGS[language], cells, is_generated=generated, language=language)


def findings(database: Path, marts: list[str], language: Language) -> dict[str, str]:
    """Write what the last build found, for the marts that a business reader opens."""
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            by_value = connection.execute(
                "select table_name from duckdb_columns() where table_name like 'churn_by_%'"
                f" and column_name = 'value_label_{language}'"
            ).fetchall()
            tables = {mart: rate_table(connection, mart, language) for mart in marts if (mart,) in by_value}
            return tables | {"hypothesis_results": hypothesis_table(connection, language)}
    except duckdb.Error as error:
        raise BankChurnError(f"{database} cannot be read: {str(error).splitlines()[0]}") from error


def make_docs(places: Places, *, language: Language) -> list[Path]:
    """Generate the documentation of the last build and make it part of its publication.

    Args:
        places: The build database, whose comments are read; dbt's target folder, where the docs get a
            folder of their own; that of the published files, where results are read.
        language: Language of the descriptions; pages that earlier publications had in the other are made too.

    Returns:
        The pages.

    Raises:
        BankChurnError: If dbt cannot generate the docs, or nothing is published.
    """
    with adding(places.output) as (kept, made):
        facts = read_facts(places.output, kept.name)
        published = database_in(kept, PUBLISHED_FILES[0])
        languages: list[Language] = [language]
        other: Language = "en" if language == "ru" else "ru"
        languages += [other] if other in facts["languages"]["docs"] else []
        for one in languages:
            page, catalogue = pages_of(one, places, published=published)
            (made / f"docs_{one}.html").write_text(page, encoding="utf-8")
            (made / f"catalogue_{one}.html").write_text(catalogue, encoding="utf-8")
    return [places.output / f"{kind}_{one}.html" for one in languages for kind in ("catalogue", "docs")]


def pages_of(language: Language, places: Places, *, published: Path) -> tuple[str, str]:
    """Write dbt's page of documentation, and the catalogue for business people.

    Returns:
        Both as HTML with everything it needs inside.
    """
    folder = places.target_path / f"docs_{language}"
    arguments = ("docs", "generate")
    environment = {"DOCS_LANGUAGE": language}
    watch = Watch(shows=False)
    there = replace(places, target_path=folder)
    if not run_dbt(*arguments, places=there, environment=environment, watch=watch):
        raise BankChurnError(
            f"The documentation was not generated: {watch.told(there)} Details: {log_path()}"
        )
    manifest = read_artifact(folder, "manifest.json")
    catalogue = catalogue_of(manifest, published=published, language=language)
    found = findings(published, [mart.name for mart in public_marts(manifest)], language)
    for node in manifest["nodes"].values():
        if node["name"] in found:
            node["description"] += "\n\n" + found[node["name"]]
    for block in manifest["docs"].values():
        block["block_contents"] = fit_for_site(block["block_contents"])
    page = easier_to_read((folder / "index.html").read_text(encoding="utf-8"))
    for name, document in (("MANIFEST", manifest), ("CATALOG", read_artifact(folder, "catalog.json"))):
        # A tag inside the data would end the page's script, or begin another.
        data = json.dumps(without_places(document), ensure_ascii=False).replace("<", "\\u003c")
        page = page.replace(f'"{name}.JSON INLINE DATA"', data)
    return with_policy(page), with_policy(catalogue)


def easier_to_read(page: str) -> str:
    """Take barriers off dbt's page, as it is before any data are in it.

    Args:
        page: The page.

    Returns:
        The same page in darker letters, with landmarks and boxes that keys can scroll.
    """
    for found, better in BARRIERS.items():
        page = page.replace(found, better)
    return page


def fit_for_site(text: str) -> str:
    """Turn links between pages, which are files in the repository, into those of the documentation site.

    Returns:
        The same with links that the site follows, and without comments, which it would show.
    """
    visible = re.sub(r" *<!--.*?-->\n", "", text, flags=re.DOTALL)
    return PAGE_LINK.sub(
        lambda link: f"{link[1]}#!/overview{SITE_PLACES.get(link[2], '/' + link[2])})", visible
    )


def without_places(document: object) -> object:
    """Leave out where on this machine the project stands, and what dbt was called with."""
    if isinstance(document, dict):
        return {
            name: "" if name in PLACES and isinstance(value, str) else without_places(value)
            for name, value in document.items()
            if name not in ("args", "invocation_args_dict", "env")
        }
    if isinstance(document, list):
        return [without_places(value) for value in document]
    if isinstance(document, str):
        for place in (str(Path.cwd()), str(Path(sys.prefix)), str(Path.home())):
            if len(place) > 1:
                document = document.replace(place, "…")
    return document


def with_policy(page: str) -> str:
    """Give a page a policy that lets it show itself and nothing else: no network, no other scripts."""
    hashes = " ".join(script_hashes(page))
    # The page's old AngularJS sets styles as it goes.
    policy = (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:;"
        " font-src data:; form-action 'none'; base-uri 'none'"
    )
    tag = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    return re.sub(r"(<head[^>]*>)", lambda match: match.group(1) + tag, page, count=1)
