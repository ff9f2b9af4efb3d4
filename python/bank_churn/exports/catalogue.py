"""The catalogue for business people: what can be asked, what words mean, where a figure comes from.

One page that opens without a network, made of the descriptions that dbt keeps and of what is published for
everyone; dbt's own documentation stays for engineers.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
from markupsafe import Markup

from bank_churn.errors import BankChurnError
from bank_churn.exports.markdown import to_html
from bank_churn.running.artifacts import PublicMart, public_marts
from bank_churn.tools.templates import templates_of
from bank_churn.words.language import Language
from bank_churn.words.numbers import NO_BREAK, format_number, rounded_down
from bank_churn.words.safe_text import shown
from bank_churn.words.texts import texts_of

WINGS = ("churn", "months", "segments", "retention", "campaigns", "statistics", "scoring", "cleaning")
"""Subjects in the order in which a reader asks; any others come after them."""

PAGES = (
    *("segments_and_groups", "churn_model", "whom_to_keep", "hypotheses", "products", "your_file"),
    *("outputs", "personal_data", "privacy", "publications", "metrics", "add_a_bank"),
)
QUESTIONS = re.compile(r"\*\*(?:На какие вопросы отвечает|Questions it answers)\*\*\s*\n((?:\s*\n|- .*\n?)+)")
GLOSSARY = Path("seeds/glossary.csv")
FOLDER = "catalogue_page"


@dataclass(frozen=True)
class Entry:
    """A table of the catalogue.

    Attributes:
        name: Its name in the database.
        is_restricted: Whether it holds single clients.
        summary: What one row is.
        questions: What it answers.
        told: Its description.
        columns: Names of columns with what they mean.
        rows: Rows in the publication, as text; empty where they are not counted.
        comes_from: Public tables that it is made of.
        goes_to: Public tables and pages that are made of it.
    """

    name: str
    is_restricted: bool
    summary: str
    questions: list[str]
    told: Markup
    columns: list[tuple[str, Markup]]
    rows: str
    comes_from: list[str]
    goes_to: list[str]


def catalogue_of(manifest: dict[str, Any], *, published: Path, language: Language) -> str:
    """Write the catalogue.

    Returns:
        HTML with everything it needs inside.
    """
    folder = resources.files("bank_churn.exports") / FOLDER
    texts = read_texts(language)
    figures = read_figures(published, language)
    pages = pages_of(manifest)
    marts = [mart for mart in public_marts(manifest) if mart.is_latest]
    known = {f"table-{mart.name}" for mart in marts} | {f"page-{name}" for name in pages}
    environment = templates_of("exports", FOLDER)
    return environment.get_template("page.html.j2").render(
        language=language,
        t=texts,
        figures=figures,
        wings=wings_of(manifest, marts, figures, known),
        pages=[(name, *titled(text, known)) for name, text in pages.items()],
        words=words_of(language),
        style=Markup((folder / "page.css").read_text(encoding="utf-8")),
        script=Markup((folder / "page.js").read_text(encoding="utf-8")),
    )


def read_texts(language: Language) -> dict[str, str]:
    """Read the fixed texts of the page."""
    return texts_of(f"{FOLDER}/texts_{language}", "exports")


def words_of(language: Language) -> list[tuple[str, str]]:
    """Read the glossary: words and what they mean."""
    if not GLOSSARY.exists():
        return []
    with GLOSSARY.open(encoding="utf-8", newline="") as file:
        return [(row[language], row[f"meaning_{language}"]) for row in csv.DictReader(file)]


def read_figures(published: Path, language: Language) -> dict[str, Any]:
    """Read what the page tells of the publication: its id, its banks, their segments, rows of its tables."""
    texts = read_texts(language)

    def percent(value: float) -> str:
        glue = NO_BREAK if language == "ru" else ""
        return format_number(100 * value, decimals=1, language=language) + glue + "%"

    def whole(value: int | None) -> str:
        return texts["hidden"] if value is None else format_number(value, decimals=0, language=language)

    def rates(rate: float | None, low: float | None, high: float | None) -> tuple[str, str]:
        """Write a rate and its interval; of a group that left as a whole the least it may be."""
        if rate is None or low is None or high is None:
            return texts["hidden"], texts["hidden"]
        least = rounded_down(low) if rate == 1 else low
        told = texts["at_least"].format(rate=percent(least)) if rate == 1 else percent(rate)
        return told, texts["from_to"].format(low=percent(least), high=percent(high))

    try:
        with duckdb.connect(str(published), read_only=True) as connection:
            counts = dict(
                connection.execute("select table_name, estimated_size from duckdb_tables()").fetchall()
            )
            [(number, day)] = connection.execute(
                "select publication_id, published_at from _publication"
            ).fetchall()
            banks = connection.execute(
                f"""select portfolio_label_{language}, portfolios.client_count, rates.churn_rate,
                    rates.ci_low, rates.ci_high, portfolios.data_origin
                from portfolios left join churn_rates as rates
                    on portfolios.portfolio = rates.portfolio and rates.dimension_name = 'all' order by 1"""
            ).fetchall()
            segments = connection.execute(
                f"""select portfolio_label_{language}, segment_name_{language},
                    segment_description_{language}, label_fits, segments.client_count,
                    segments.churn_rate, segments.ci_low, segments.ci_high
                from segment_portraits as segments inner join portfolios using (portfolio)
                order by 1, segment_order"""
            ).fetchall()
    except duckdb.Error as error:
        raise BankChurnError(f"{published} cannot be read: {str(error).splitlines()[0]}") from error
    return {
        "number": number,
        "day": f"{day:%d.%m.%Y}" if language == "ru" else f"{day.day} {day:%B %Y}",
        "is_generated": any(row[-1] == "generated" for row in banks),
        "rows": {name: whole(count) for name, count in counts.items()},
        "banks": [
            (shown(name), whole(count), *rates(rate, low, high)) for name, count, rate, low, high, _ in banks
        ],
        "segments": [
            (shown(bank), name, rule, fits is not False, whole(count), *rates(rate, low, high))
            for bank, name, rule, fits, count, rate, low, high in segments
        ],
    }


def pages_of(manifest: dict[str, Any]) -> dict[str, str]:
    """Return the pages of the documentation that a business reader opens."""
    texts = {
        block["name"].strip("_"): block["block_contents"]
        for block in manifest["docs"].values()
        if block["package_name"] == "bank_churn"
    }
    return {name: texts[name] for name in PAGES if name in texts}


def titled(text: str, known: set[str]) -> tuple[str, Markup]:
    """Part a page's title from the rest."""
    first, _, rest = text.strip().partition("\n")
    return first.lstrip("# "), to_html(rest, lambda link: place_of(link, known), top=4)


def place_of(link: str, known: set[str]) -> str | None:
    """Say where on the page a link of the documentation leads; None where it leads elsewhere."""
    name = re.sub(r"(?:.*[/.])?(?:model\.bank_churn\.)?(\w+?)(?:\.v\d+|\.md)?(?:#.*)?$", r"\1", link)
    return next((f"#{kind}-{name}" for kind in ("page", "table") if f"{kind}-{name}" in known), None)


def wings_of(
    manifest: dict[str, Any], marts: Iterable[PublicMart], figures: dict[str, Any], known: set[str]
) -> list[tuple[str, list[Entry]]]:
    """Gather the tables by subject."""
    nodes = {node["unique_id"]: node for node in manifest["nodes"].values()}
    public = {mart.name for mart in marts}
    above, below = neighbours(manifest, public)
    wings: dict[str, list[Entry]] = defaultdict(list)
    for mart in marts:
        node = next(
            one
            for one in nodes.values()
            if one["resource_type"] == "model"
            and one["name"] == mart.name
            and one.get("version") == one.get("latest_version")
        )
        wings[node.get("group") or ""].append(
            entry(node, mart, figures["rows"], sorted(above[mart.name]), sorted(below[mart.name]), known)
        )
    order = [*(wing for wing in WINGS if wing in wings), *sorted(set(wings) - set(WINGS))]
    return [(wing, sorted(wings[wing], key=lambda one: one.name)) for wing in order]


def entry(
    node: dict[str, Any],
    mart: PublicMart,
    rows: dict[str, str],
    above: list[str],
    below: list[str],
    known: set[str],
) -> Entry:
    """Write what is known of one table."""
    text = node["description"]
    asked = QUESTIONS.search(text)
    without = QUESTIONS.sub("", text) if asked else text

    def place(link: str) -> str | None:
        return place_of(link, known)

    return Entry(
        name=mart.name,
        is_restricted=mart.audience == "clients",
        summary=re.sub(r"`|\*\*", "", text.strip().split("\n")[0]),
        questions=[question(line) for line in asked[1].split("\n") if line[:2] == "- "] if asked else [],
        told=to_html(without.partition("\n")[2], place, top=5),
        columns=[
            (column["name"], to_html(column["description"], place, top=5))
            for column in node["columns"].values()
        ],
        rows=rows.get(mart.name, ""),
        comes_from=above,
        goes_to=below,
    )


def question(line: str) -> str:
    """Write a question without what it tells an engineer in brackets."""
    return re.sub(r"\s*\([^()]*`[^()]*\)", "", line[2:]).replace("`", "")


def neighbours(manifest: dict[str, Any], public: set[str]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Find from which public tables each is made, whatever steps lie between, and what is made of it."""
    nodes = {**manifest["nodes"], **manifest["exposures"]}
    above: dict[str, set[str]] = defaultdict(set)
    below: dict[str, set[str]] = defaultdict(set)
    for node in nodes.values():
        is_page = node["resource_type"] == "exposure"
        if not is_page and (node["resource_type"] != "model" or node["name"] not in public):
            continue
        seen, waiting = set(), list(node["depends_on"]["nodes"])
        while waiting:
            parent = nodes.get(waiting.pop())
            if parent is None or parent["unique_id"] in seen or parent["resource_type"] != "model":
                continue
            seen.add(parent["unique_id"])
            if parent["name"] in public and parent["name"] != node["name"]:
                below[parent["name"]].add(node.get("label") or node["name"])
                if not is_page:
                    above[node["name"]].add(parent["name"])
            else:
                waiting += parent["depends_on"]["nodes"]
    return above, below
