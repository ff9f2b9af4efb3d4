"""An analyst's own list: the call sheet for one target group or one condition, from what is published."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from bank_churn.errors import BankChurnError
from bank_churn.exports.condition import checked_condition
from bank_churn.exports.sheet_labels import SheetLabels
from bank_churn.exports.workbook import read_sheet, shown_value, write_workbook
from bank_churn.exports.workbook_formats import MAX_ROWS, SheetData
from bank_churn.publishing.history import current_publication, read_facts
from bank_churn.tools.files import replacing
from bank_churn.tools.screen import number
from bank_churn.tools.settings import engine_settings
from bank_churn.tools.sql import attach, literal
from bank_churn.words.language import Language
from bank_churn.words.safe_text import shown
from bank_churn.words.speech import said

MART = "retention_list"
FORMATS = (".csv", ".xlsx")
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def write_call_sheet(
    *,
    published: Path,
    portfolio: str,
    group: str | None,
    condition: str | None,
    top: int | None,
    output: Path,
    language: Language,
) -> str:
    """Write the call sheet of the clients of one target group, or under one condition.

    Args:
        published: Folder of the published files.
        portfolio: Code of the portfolio.
        group: Code of a target group, or None.
        condition: A condition on columns of the list and of clients, or None; one of the two is given.
        top: At most so many clients, by priority; None for all.
        output: The file to write, csv or xlsx; only its owner may read it.
        language: Language of headings and words.

    Returns:
        What was written, in a sentence.

    Raises:
        BankChurnError: If something asked for does not exist, or the file cannot be written.
    """
    if output.suffix.lower() not in FORMATS:
        raise BankChurnError(f"{output}: the list is written as .csv or .xlsx.")
    if top is not None and top < 1:
        raise BankChurnError(f"--top is {top}; it must be 1 or more.")
    facts = read_facts(published, current_publication(published))
    sheets = [sheet for sheet in facts["sheets"] if sheet["mart"] == MART]
    if not sheets:
        raise BankChurnError("The publication has no retention list: run `bank_churn build`.")
    try:
        with duckdb.connect(config=engine_settings()) as connection:
            attach_published(connection, published)
            rule = group_rule(connection, portfolio, group) if group else str(condition)
            names = list_clients(connection, portfolio)
            found, matching = choose(connection, checked_condition(rule, names), top)
            if found > MAX_ROWS and output.suffix.lower() != ".csv":
                raise BankChurnError(
                    f"{number(found)} clients match, and a sheet holds {number(MAX_ROWS)}:"
                    " choose the first by --top, or name a .csv file."
                )
            labels = SheetLabels.from_facts(facts, language)
            with replacing(output, mode=0o600) as path:
                if output.suffix.lower() == ".csv":
                    write_csv(path, read_all(connection, sheets[0], labels), labels)
                else:
                    write_workbook(
                        path=path,
                        connection=connection,
                        sheets=sheets,
                        facts=facts,
                        audience="clients",
                        language=language,
                        every_client=True,
                    )
    except duckdb.Error as error:
        raise BankChurnError(f"The list cannot be made: {shown(str(error).splitlines()[0])}") from error
    except OSError as error:
        raise BankChurnError(f"Cannot write {output}: {error.strerror or error}.") from error
    told = "{file}: {found} of {matching} clients of the retention list that match"
    return said(told, file=output, found=number(found), matching=number(matching))


def attach_published(connection: duckdb.DuckDBPyConnection, published: Path) -> None:
    """Attach both published databases to read from; neither can be written to."""
    for name, alias in (("bank_churn", "everyone"), ("bank_churn_clients", "restricted")):
        path = published / f"{name}.duckdb"
        if not path.exists():
            raise BankChurnError(f"{path} does not exist: run `bank_churn build` first.")
        attach(connection, path, alias)


def group_rule(connection: duckdb.DuckDBPyConnection, portfolio: str, group: str) -> str:
    """Look up the rule of a target group by its code, or by its name as pages and workbooks show it."""
    rows = connection.execute(
        "select group_code, name_ru, name_en, rule_sql from everyone.target_groups where portfolio = ?",
        [portfolio],
    ).fetchall()
    groups = {code: rule for code, *_, rule in rows}
    named = {name.casefold(): rule for _, *names, rule in rows for name in names if name}
    rule = groups.get(group, named.get(group.casefold()))
    if rule is None:
        known = ", ".join(sorted(groups)) or "none"
        raise BankChurnError(f"{portfolio} has no target group {group}; there are {known}.")
    return str(rule)


def list_clients(connection: duckdb.DuckDBPyConnection, portfolio: str) -> list[str]:
    """Put the retention list of a portfolio beside what is known of its clients."""
    portfolios = dict(
        connection.execute("select portfolio, additional_attributes from everyone.portfolios").fetchall()
    )
    if portfolio not in portfolios:
        known = ", ".join(sorted(portfolios)) or "none"
        raise BankChurnError(f"There is no portfolio {portfolio}; there are {known}.")
    own = columns_of(connection, f"restricted.{MART}")
    others = [column for column in columns_of(connection, "restricted.clients") if column not in own]
    additional = [name for name in str(portfolios[portfolio] or "").split(", ") if name]
    terms = [
        "list.*",
        *(f'clients."{column}"' for column in others if column != "additional_attributes"),
        *(f'clients.additional_attributes ->> {literal(name)} as "{name}"' for name in additional),
    ]
    connection.execute(
        f"create temp view listed as select {', '.join(terms)} from restricted.{MART} as list"
        " inner join restricted.clients as clients on list.client_key = clients.client_key"
        f" where list.portfolio = {literal(portfolio)}"
    )
    return columns_of(connection, "listed")


def columns_of(connection: duckdb.DuckDBPyConnection, relation: str) -> list[str]:
    """Return the names of a relation's columns."""
    return [name for name, *_ in connection.execute(f"describe {relation}").fetchall()]


def choose(connection: duckdb.DuckDBPyConnection, condition: str, top: int | None) -> tuple[int, int]:
    """Choose the clients under a condition, the first by priority."""
    limit = "" if top is None else f" limit {top}"
    connection.execute(
        f"create temp table {MART} as select * from listed where {condition} order by priority{limit}"
    )
    [(found,)] = connection.execute(f"select count(*) from {MART}").fetchall()
    [(matching,)] = connection.execute(f"select count(*) from listed where {condition}").fetchall()
    return found, matching


def read_all(connection: duckdb.DuckDBPyConnection, sheet: dict[str, Any], labels: SheetLabels) -> SheetData:
    """Read the sheet, however many rows it has: a csv file has no limit."""
    data = read_sheet(connection, sheet, labels)
    columns = ", ".join(f'"{column}"' for column in data.columns)
    rows = connection.execute(f"select {columns} from {MART} order by priority").fetchall()
    return replace(data, rows=rows)


def write_csv(path: Path, data: SheetData, labels: SheetLabels) -> None:
    """Write a csv file for spreadsheets: a text that one would take for a formula gets an apostrophe."""
    # The mark at the beginning tells Excel that the text is UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow([labels.heading(data.mart, column, data.variant) for column in data.columns])
        for row in data.rows:
            writer.writerow(
                [cell(shown_value(data, number, value, labels)) for number, value in enumerate(row)]
            )


def cell(value: object) -> object:
    """Make a value safe for a spreadsheet.

    Args:
        value: A value.

    Returns:
        The same; a text that begins like a formula with an apostrophe before it.

    Examples:
        >>> cell("=1+1"), cell(-5.0), cell(None)
        ("'=1+1", -5.0, '')
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        return value
    safe = shown(value)
    return "'" + safe if safe.startswith(FORMULA_SIGNS) else safe
