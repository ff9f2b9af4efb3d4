"""For a scheduler: build and publish when an extract is new or has changed, and say what is new."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from bank_churn.building.build import build
from bank_churn.building.months import plan_batches
from bank_churn.demo.generate import make_missing_demo_data
from bank_churn.errors import BankChurnError, InputError
from bank_churn.intake.options import vars_of
from bank_churn.intake.postgres import is_address
from bank_churn.intake.prepare import extracts
from bank_churn.publishing.differences import compare, database_of
from bank_churn.publishing.doubts import doubts
from bank_churn.publishing.history import current_publication, publications, read_facts
from bank_churn.publishing.outputs import sha256_of
from bank_churn.tools.places import Places
from bank_churn.tools.sql import tables_in
from bank_churn.words.language import Language

PUBLISHED, WARNED = 0, 3
"""Exit codes: done (or nothing to do), and published with something to look at before a report goes out."""


@dataclass(frozen=True)
class Summary:
    """How a run ended.

    Attributes:
        status: `published`, `nothing_new` or `failed`.
        publication: Id of the publication in place; empty for none.
        new_months: Months taken into history, as `portfolio day`.
        changed_files: Extracts without a date that are not those of the publication before.
        warnings: What to look at before a report goes out: drift, and what makes figures unbelievable.
        findings: Findings that began, ended or turned since the publication before, in words.
        error: What stopped a failed run.
        is_input_wrong: Whether that was an extract or a setting: nothing was begun then.
    """

    status: str
    publication: str = ""
    new_months: list[str] = field(default_factory=list)
    changed_files: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    error: str = ""
    is_input_wrong: bool = False

    @property
    def code(self) -> int:
        """The exit code of a run that did not fail."""
        return WARNED if self.warnings else PUBLISHED

    def as_json(self) -> str:
        """Write the summary for a program."""
        return json.dumps(asdict(self), ensure_ascii=False)


def run(
    places: Places, *, language: Language, dbt_arguments: list[str], databases_only: bool = False
) -> Summary:
    """Look for new or changed extracts; if there are any, build and publish.

    Args:
        places: Where the build stands and where it is published.
        language: Language of the workbooks and of the summary's sentences.
        dbt_arguments: Further arguments for dbt.
        databases_only: Publish no exports and no dashboard.

    Returns:
        What was done and what is new. A failure is a summary too.
    """
    try:
        make_missing_demo_data()
        before = published_already(places.output)
        planned, found = plan_batches(database=places.database, dbt_arguments=dbt_arguments)
        months = [f"{one.portfolio} {one.day}" for batch in planned for one in batch.fresh]
        changed = changed_files(places.output, before, vars_of(dbt_arguments), dated=set(found))
        if before and not months and not changed:
            return Summary("nothing_new", publication=before)
        build(places, language=language, dbt_arguments=dbt_arguments, databases_only=databases_only)
        now = current_publication(places.output)
        published = database_of(places.output, now)
        return Summary(
            "published",
            publication=now,
            new_months=months,
            changed_files=changed,
            warnings=doubts(published, language) + drift(published, language),
            findings=list(compare(places.output, before, now, language).lines) if before else [],
        )
    except (BankChurnError, OSError, ValueError) as error:
        told = " ".join(str(error).split())
        return Summary("failed", error=told, is_input_wrong=isinstance(error, InputError))


def published_already(output: Path) -> str:
    """Name the publication in place.

    Returns:
        Its id; empty when nothing was ever published.
    """
    return current_publication(output) if publications(output) else ""


def changed_files(output: Path, before: str, settings: dict[str, Any], *, dated: set[str]) -> list[str]:
    """List the extracts without a date that the publication in place was not made from.

    Args:
        output: Folder of the published files.
        before: The publication in place; empty for none.
        settings: The project's vars.
        dated: Portfolios whose extracts have dates: the ledger knows those.
    """
    sources = read_facts(output, before)["sources"] if before else []
    known = {
        (one["portfolio"], one["file_name"], one["sha256"])
        for one in sources
        if one["portfolio"] not in dated
    }
    now = set()
    for portfolio, file in extracts(settings):
        if portfolio not in dated:
            # What a table of a database holds is not known before it is read.
            digest = "" if is_address(file) else sha256_of(Path(file))
            now.add((portfolio, Path(file).name if digest else "a table", digest))
    return sorted({f"{portfolio} {name}" for portfolio, name, _ in now ^ known})


def drift(published: Path, language: Language) -> list[str]:
    """Read what has drifted in the latest month of each portfolio.

    Args:
        published: The published aggregates.
        language: Language of the sentences.

    Returns:
        A sentence for each attribute; none where there are no months.
    """
    with duckdb.connect(str(published), read_only=True) as connection:
        if "attribute_drift" not in tables_in(connection):
            return []
        rows = connection.execute(
            f"""select portfolio || ' ' || period_end || ': ' || reading_{language}
            from (select *, max(period_end) over (partition by portfolio) as latest from attribute_drift)
            where period_end = latest and verdict in ('moved', 'shifted', 'more_gaps') and not is_suppressed
            order by all"""
        ).fetchall()
    return [sentence for (sentence,) in rows]
