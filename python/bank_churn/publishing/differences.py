"""What differs between two publications, or between two months of one: per mart, in words and row by row."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import Any

import duckdb

from bank_churn.errors import BankChurnError
from bank_churn.publishing.history import (
    PUBLISHED_FILES,
    current_publication,
    history_folder,
    publications,
)
from bank_churn.publishing.outputs import checked
from bank_churn.tools.sql import attach
from bank_churn.words.language import Language
from bank_churn.words.numbers import format_number
from bank_churn.words.texts import texts_of
from bank_churn.words.wording import VERDICTS

DAY = re.compile(r"\d{4}-\d\d-\d\d")
DAYS = {
    **{"snapshots": "snapshot_date", "churn_trend": "snapshot_date"},
    **{"client_flow": "period_end", "product_moves": "period_end"},
}
"""Marts of months, and the column that says of which month a row is."""
FINDINGS = {
    "hypothesis_results": ("hypothesis_id", "verdict", "statement"),
    "recommendations": ("recommendation_id", "status", "text"),
    "target_groups": ("group_code", "group_code", "rule"),
}
"""Marts of findings: what names one, the code of how it stands, and its text without the language."""
WORDS: dict[Language, dict[str, str]] = texts_of("differences")  # type: ignore[assignment]


@dataclass(frozen=True)
class Finding:
    """How a finding stands in a publication.

    Attributes:
        portfolio: Whose.
        name: Its name in its mart.
        how: The code of its verdict or status.
        label: The same in words.
        text: It in words.
    """

    portfolio: str
    name: str
    how: str
    label: str
    text: str


@dataclass(frozen=True)
class MartDifference:
    """What differs between two states of a mart.

    Attributes:
        mart: Its name.
        key: The columns that tell its rows apart.
        new: Rows of the second state only.
        gone: Rows of the first only.
        shared: Rows of both.
        cells: Values that differ: the row's key, the column, before and after.
        changed: Rows of both that differ.
    """

    mart: str
    key: tuple[str, ...]
    new: int
    gone: int
    shared: int
    cells: tuple[tuple[str, str, str, str], ...]
    changed: int

    @property
    def columns(self) -> list[str]:
        """The columns that differ, most often first."""
        names = [column for _, column, _, _ in self.cells]
        return sorted(set(names), key=lambda name: (-names.count(name), name))


@dataclass(frozen=True)
class Comparison:
    """Two publications or months held against each other.

    Attributes:
        first: What is compared.
        second: With what.
        marts: Each mart of both.
        missing: Marts of one only: the mart and whose it is.
        lines: The news in words.
    """

    first: str
    second: str
    marts: tuple[MartDifference, ...]
    missing: tuple[tuple[str, str], ...]
    lines: tuple[str, ...]


def compare(output: Path, first: str | None, second: str | None, language: Language) -> Comparison:
    """Hold two publications, or two months of the current one, against each other.

    Args:
        output: Folder of the published files.
        first: Id of a publication or day of a month; by default the publication before the second.
        second: The same; by default the publication in place.
        language: Language of the words.

    Returns:
        What differs.

    Raises:
        BankChurnError: If there is no such publication or month.
    """
    current = current_publication(output)
    if first is not None and DAY.fullmatch(first):
        return compare_days(database_of(output, current), first, second, language)
    later = second or current
    earlier = first or publication_before(output, later)
    with duckdb.connect() as connection:
        for name, publication in (("before", earlier), ("after", later)):
            attach(connection, database_of(output, publication), name)
        tables = {name: marts_in(connection, name) for name in ("before", "after")}
        shared = [mart for mart in tables["after"] if mart in tables["before"]]
        found = tuple(difference(connection, mart, f"before.{mart}", f"after.{mart}") for mart in shared)
        lines = news(connection, shared, language)
    missing = [(mart, earlier) for mart in tables["before"] if mart not in tables["after"]]
    missing += [(mart, later) for mart in tables["after"] if mart not in tables["before"]]
    return Comparison(earlier, later, found, tuple(missing), tuple(lines))


def database_of(output: Path, publication: str) -> Path:
    """Find the aggregates of a publication.

    Args:
        output: Folder of the published files.
        publication: Its id, leading zeros or not.

    Returns:
        The database.

    Raises:
        BankChurnError: If it is not kept, or damaged.
    """
    kept = {int(name): name for name in publications(output)}
    if not publication.isdigit() or int(publication) not in kept:
        raise BankChurnError(
            f"No publication {publication} is kept: `bank_churn rollback --list` shows those that are."
        )
    return checked(history_folder(output) / kept[int(publication)], PUBLISHED_FILES[0].file_name)


def publication_before(output: Path, publication: str) -> str:
    """Name the publication before another one."""
    number = int(publication) if publication.isdigit() else 0
    earlier = [name for name in publications(output) if int(name) < number]
    if not earlier:
        raise BankChurnError(
            f"No publication before {publication} is kept: there is nothing to compare with."
        )
    return earlier[-1]


def marts_in(connection: duckdb.DuckDBPyConnection, database: str) -> list[str]:
    """List the marts of an attached database."""
    rows = connection.execute(
        "select table_name from duckdb_tables() where database_name = ?"
        " and not starts_with(table_name, '_') order by table_name",
        [database],
    ).fetchall()
    return [name for (name,) in rows]


def compare_days(database: Path, first: str, second: str | None, language: Language) -> Comparison:
    """Hold two months of one publication against each other.

    Args:
        database: Its aggregates.
        first: The earlier day.
        second: The later day; by default the latest.
        language: Language of the words.
    """
    with duckdb.connect() as connection:
        attach(connection, database, "after")
        published = marts_in(connection, "after")
        if "snapshots" not in published:
            raise BankChurnError("The publication holds no months: say snapshots under portfolios first.")
        rows = connection.execute(
            "select distinct cast(snapshot_date as varchar) from after.snapshots"
        ).fetchall()
        days = sorted(day for (day,) in rows)
        later = second or days[-1]
        for day in (first, later):
            if day not in days:
                raise BankChurnError(f"The publication holds no month {day}; it holds {', '.join(days)}.")
        found = []
        for mart, column in DAYS.items():
            if mart not in published:
                continue  # products month by month, of banks that name none
            for name, day in (("first", first), ("second", later)):
                connection.execute(
                    f"create or replace temp view {name}_{mart} as"
                    f" select * exclude ({column}) from after.{mart} where {column} = date '{day}'"
                )
            found.append(difference(connection, mart, f"first_{mart}", f"second_{mart}"))
        lines = rates(
            connection,
            "select portfolio, churn_rate, client_count from {state}_churn_trend where attribute = 'all'",
            ("first", "second"),
            language,
        )
    return Comparison(first, later, tuple(found), (), tuple(lines))


def difference(connection: duckdb.DuckDBPyConnection, mart: str, before: str, after: str) -> MartDifference:
    """Hold two states of a mart against each other.

    Args:
        connection: With both.
        mart: Its name.
        before: The first state.
        after: The second.

    Returns:
        What differs.
    """
    types = columns_of(connection, after)
    shared = [name for name in columns_of(connection, before) if name in types]
    key = key_of(connection, [name for name in shared if types[name] != "DOUBLE"], before, after)
    states = []
    for state in (before, after):
        names = ", ".join(f'"{name}"' for name in shared)
        rows = connection.execute(f"select {names} from {state}").fetchall()
        states.append({tuple(row[shared.index(name)] for name in key): row for row in rows})
    first, second = states
    cells = []
    changed = 0
    for one in [one for one in first if one in second]:
        found = [
            (" | ".join(map(str, one)), name, str(old), str(new))
            for name, old, new in zip(shared, first[one], second[one], strict=True)
            if not is_same(old, new)
        ]
        cells += found
        changed += bool(found)
    return MartDifference(
        mart,
        key,
        len(second.keys() - first.keys()),
        len(first.keys() - second.keys()),
        len(first.keys() & second.keys()),
        tuple(cells),
        changed,
    )


def columns_of(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    """Read the types of a relation's columns, in their order."""
    return {row[0]: row[1] for row in connection.execute(f"describe {relation}").fetchall()}


def key_of(connection: duckdb.DuckDBPyConnection, names: list[str], *relations: str) -> tuple[str, ...]:
    """Find the first columns that tell all rows of a mart apart: marts begin with their keys.

    Args:
        connection: With the relations.
        names: Columns that may be part of a key, in order.
        relations: The states of the mart.
    """
    for count in range(1, len(names) + 1):
        listed = ", ".join(f'"{name}"' for name in names[:count])
        if all(
            connection.execute(
                f"select (select count(*) from {relation})"
                f" = (select count(*) from (select distinct {listed} from {relation}))"
            ).fetchall()[0][0]
            for relation in relations
        ):
            return tuple(names[:count])
    return tuple(names)


def is_same(before: object, after: object) -> bool:
    """Tell whether two values are the same; fractions may differ by what an order of adding does."""
    if isinstance(before, float) and isinstance(after, float):
        if isnan(before) or isnan(after):
            return isnan(before) and isnan(after)
        return abs(before - after) <= 1e-9 * max(1.0, abs(before), abs(after))
    return before == after


def rates(
    connection: duckdb.DuckDBPyConnection, query: str, states: tuple[str, str], language: Language
) -> list[str]:
    """Say how the churn rate of each portfolio changed.

    Args:
        connection: With both states.
        query: Portfolio, rate and clients of a `{state}`.
        states: Their names.
        language: Language of the words.

    Returns:
        A line for each portfolio of both.
    """
    first, second = (
        {row[0]: row[1:] for row in connection.execute(query.format(state=state)).fetchall()}
        for state in states
    )
    lines = []
    for portfolio in sorted(first.keys() & second.keys()):
        old, new = first[portfolio], second[portfolio]
        if None in (*old, *new):
            continue
        lines.append(
            WORDS[language]["rate"].format(
                portfolio=portfolio,
                before=f"{format_number(100 * old[0], decimals=1, language=language)} %",
                after=f"{format_number(100 * new[0], decimals=1, language=language)} %",
                clients_before=format_number(old[1], decimals=0, language=language),
                clients_after=format_number(new[1], decimals=0, language=language),
            )
        )
    return lines


def news(connection: duckdb.DuckDBPyConnection, shared: list[str], language: Language) -> list[str]:
    """Say what is new between two publications: rates, and findings that began, ended or turned.

    Args:
        connection: With both attached, `before` and `after`.
        shared: Marts of both.
        language: Language of the words.
    """
    lines = []
    if "churn_rates" in shared:
        query = (
            "select portfolio, churn_rate, client_count from {state}.churn_rates where dimension_name = 'all'"
        )
        lines += rates(connection, query, ("before", "after"), language)
    for mart in FINDINGS:
        if mart in shared:
            first, second = (
                findings(connection, f"{state}.{mart}", mart, language) for state in ("before", "after")
            )
            lines += told_findings(first, second, mart, language)
    return lines


def findings(
    connection: duckdb.DuckDBPyConnection, relation: str, mart: str, language: Language
) -> dict[tuple[str, str], Finding]:
    """Read the findings of one state of a mart.

    Args:
        connection: With it.
        relation: The state.
        mart: The mart.
        language: Language of their texts.

    Returns:
        By portfolio and name; nothing where the mart has other columns.
    """
    name, how, text = FINDINGS[mart]
    known = columns_of(connection, relation)
    if name not in known or how not in known:
        return {}
    label = f"{how}_label_{language}" if f"{how}_label_{language}" in known else how
    text = next((one for one in (f"{text}_{language}", text) if one in known), name)
    values = ", ".join(f"coalesce(cast(\"{one}\" as varchar), '')" for one in (name, how, label, text))
    rows: list[Any] = connection.execute(f"select portfolio, {values} from {relation}").fetchall()
    hidden = WORDS[language]["hidden"]
    return {
        (portfolio, code): Finding(
            portfolio, code, standing, VERDICTS[language].get(told, told) or hidden, said or hidden
        )
        for portfolio, code, standing, told, said in rows
    }


def told_findings(
    first: dict[tuple[str, str], Finding],
    second: dict[tuple[str, str], Finding],
    mart: str,
    language: Language,
) -> list[str]:
    """Say which findings of a mart began, ended or turned."""
    words = WORDS[language]
    own = {kind: words[kind] for kind in ("began", "ended", "turned")}
    own |= {kind: words[f"{mart}_{kind}"] for kind in own if f"{mart}_{kind}" in words}
    lines = []
    for place in sorted(first.keys() | second.keys()):
        old, new = first.get(place), second.get(place)
        one = new or old
        if one is None or (old and new and old.how == new.how):
            continue
        kind = "turned" if old and new else "began" if new else "ended"
        lines.append(
            own[kind].format(
                portfolio=one.portfolio,
                name=one.name,
                how=one.label,
                text=one.text,
                before=old.label if old else "",
            )
        )
    return lines


def told(comparison: Comparison, language: Language) -> str:
    """Write a comparison for a reader.

    Args:
        comparison: The comparison.
        language: Their language.

    Returns:
        Lines: the news, then a line for each mart.
    """
    words = WORDS[language]
    lines = [words["head"].format(first=comparison.first, second=comparison.second), *comparison.lines]
    for one in comparison.marts:
        if not (one.new or one.gone or one.changed):
            lines.append(words["same"].format(mart=one.mart, rows=one.shared))
            continue
        columns = (
            f" ({', '.join(one.columns[:5])}{', …' if len(one.columns) > 5 else ''})" if one.changed else ""
        )
        lines.append(
            words["differs"].format(
                mart=one.mart,
                new=one.new,
                gone=one.gone,
                changed=one.changed,
                shared=one.shared,
                columns=columns,
            )
        )
    lines += [words["only"].format(mart=mart, one=one) for mart, one in comparison.missing]
    return "\n".join(lines)


def write_table(comparison: Comparison, path: Path) -> None:
    """Write every value that differs as a csv file.

    Args:
        comparison: The comparison.
        path: The file.
    """
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(["mart", "row", "column", "before", "after"])
        writer.writerows((one.mart, *cell) for one in comparison.marts for cell in one.cells)
