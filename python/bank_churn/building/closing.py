"""What a person is told when a build is over: what was read, what was found, what to open."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import Any

import duckdb

from bank_churn.tools.screen import number, screen
from bank_churn.tools.sql import as_dicts
from bank_churn.words.language import Language
from bank_churn.words.safe_text import shown
from bank_churn.words.speech import said

MOST_FINDINGS_OF_ALL = 4
MOST_FINDINGS = 3
MOST_REASONS = 3
WIDEST = 110
TO_OPEN = {
    "dashboard.{language}.html": "the overview",
    "bank_churn_{language}.xlsx": "tables in Excel",
    "bank_churn_clients_{language}.xlsx": "clients in Excel, for those who may see them",
    "bank_churn.duckdb": "for BI tools",
}


def close(paths: list[Path], *, language: Language) -> None:
    """Say what a build has made and found.

    Args:
        paths: The published files, the database of aggregates first.
        language: Of whoever reads it.
    """
    with duckdb.connect(str(paths[0]), read_only=True) as connection:
        banks = rows_of(
            connection,
            f"""select portfolio, portfolio_label_{language} as label, raw_row_count as rows,
            client_count as clients, rejected_row_count as rejected, churned_count as churned,
            data_origin = 'generated' as is_generated from portfolios order by portfolio""",
        )
        for bank in banks:
            bank["reasons"] = reasons_of(connection, bank["portfolio"], language)
            bank["findings"] = findings_of(connection, bank["portfolio"], language)
    most = max(1, min(MOST_FINDINGS, MOST_FINDINGS_OF_ALL // max(len(banks), 1)))
    for bank in banks:
        screen.event(event="portfolio", **bank)
        screen.line()
        for line in told_of(bank, most):
            screen.line(line)
    screen.line()
    screen.line(said("To open:"))
    written = {path.name: path for path in paths}
    for name, what in TO_OPEN.items():
        if path := written.get(name.format(language=language)):
            screen.line(f"  {screen.link(path)} — {said(what)}")
    screen.event(event="published", files=[str(path) for path in paths])


def told_of(bank: dict[str, Any], most: int) -> list[str]:
    """Write what is told of a bank."""
    rows = said(
        "{label}: {rows} rows read, {clients} clients, {rejected} rows rejected{reasons}{generated}",
        label=shown(bank["label"]),
        rows=told(bank["rows"]),
        clients=told(bank["clients"]),
        rejected=told(bank["rejected"]),
        reasons=f" ({'; '.join(bank['reasons'])})" if bank["reasons"] else "",
        generated=said(". The data are generated") if bank["is_generated"] else "",
    )
    lines = wrapped(f"{rows}.", "", "  ")
    for finding in bank["findings"][:most]:
        lines += wrapped(finding, "  • ", "    ")
    return lines


def told(count: int | None) -> str:
    """Write a count; that of a few clients is hidden."""
    return "–" if count is None else number(count)


def wrapped(text: str, first: str, others: str) -> list[str]:
    """Break a text into lines that fit the terminal."""
    width = min(screen.width, WIDEST)
    lines = textwrap.wrap(shown(text), width, initial_indent=first, subsequent_indent=others)
    return [line.replace("\u00a0", " ") for line in lines]


def reasons_of(connection: duckdb.DuckDBPyConnection, portfolio: str, language: Language) -> list[str]:
    """Read the most frequent reasons of rejected rows."""
    found = rows_of(
        connection,
        f"""select description_{language} as reason, row_count from data_quality
        where portfolio = $portfolio and kind = 'rejection' and row_count > 0
        order by row_count desc, check_name limit {MOST_REASONS}""",
        portfolio=portfolio,
    )
    return [f"{shown(row['reason'])} — {number(row['row_count'])}" for row in found]


def findings_of(connection: duckdb.DuckDBPyConnection, portfolio: str, language: Language) -> list[str]:
    """Read the strongest findings on churn, one an attribute: conclusions up to their first full stop."""
    found = rows_of(
        connection,
        f"""select conclusion_{language} as conclusion from hypothesis_results
        where portfolio = $portfolio and verdict = 'differs' and conclusion_{language} is not null
            and 'is_churned' in (metric, group_attribute)
        qualify row_number() over (
            partition by if(metric = 'is_churned', group_attribute, metric)
            order by list_position(['large', 'medium', 'small'], effect_magnitude) nulls last, log10_p
        ) = 1
        order by list_position(['large', 'medium', 'small'], effect_magnitude) nulls last, log10_p
        limit {MOST_FINDINGS}""",
        portfolio=portfolio,
    )
    return [first_sentence(str(row["conclusion"])) for row in found]


def first_sentence(conclusion: str) -> str:
    """Take the finding from a conclusion: without the verdict in front, and what follows on the effect."""
    text = conclusion.partition(": ")[2] or conclusion
    text = re.split(r"(?<=\.) (?=[A-ZА-ЯЁ])", text)[0]
    return text[:1].upper() + text[1:]


def rows_of(connection: duckdb.DuckDBPyConnection, query: str, **values: object) -> list[dict[str, Any]]:
    """Run a query; no rows where a mart is not published."""
    try:
        return as_dicts(connection.execute(query, values or None))
    except duckdb.CatalogException:
        return []
