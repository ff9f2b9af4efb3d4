"""Generated months: an extract a month of the same people, and beside them the truth they were made from."""

from __future__ import annotations

import calendar
import csv
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

import duckdb

from bank_churn.demo.generate import (
    COPY_OPTIONS,
    DEFAULT_SEED,
    MEMORY_LIMIT,
    WITH_HOLDINGS,
    DemoPortfolio,
    check_amounts,
    read_sql,
)
from bank_churn.tools.files import replacing
from bank_churn.tools.sql import as_dicts

MONTHS_FOLDER = "months"
LAST_MONTH = (2026, 1)
MOST_MONTHS = 120
FIRST_IDS: dict[DemoPortfolio, int] = {"metanprom": 20_000_001, "bank_scrooge": 300_001}
THIRD_CITIES: dict[DemoPortfolio, str] = {"metanprom": "Ростов Великий", "bank_scrooge": "Ростов"}
COLUMNS = (
    "client_id, credit_score, city, gender, age, property_points, balance, product_count, has_credit_card, "
    "is_active, estimated_salary, is_churned"
)


@dataclass(frozen=True)
class Truth:
    """What the generated months are made from; the figures are chances a month unless said otherwise.

    Attributes:
        months: How many extracts there are.
        rows: People in the first extract, those who had left before it among them.
        joins: People who join in each later month.
        hazard: Leaving, for a man with one or two products.
        women_factor: How many times as often women leave.
        many_products_factor: How many times as often people with three products or more leave.
        kept_months: Months that one who left stays in the extract, as one who left.
        vanishing: Being gone from the extract without a word.
        returning: Share of those who come back two months later.
        switching: Becoming inactive if active, or the other way round, once.
        moving: Moving to another city, once.
        buying: Taking a second product, with one.
        draining: Share of those who leave who take money away in their last month.
        drained: What is left of their balance then.
        drift_month: Number of the month from which every credit score is lower.
        drift: By how much.
        broken_month: Number of the month in which the age is empty for a share of the clients.
        broken_share: That share.
        closing_month: Number of the month from which `closing_product` is closed more often.
        closing: Closing a product, and taking another instead.
        closing_product: The product.
        closing_more: How much more often it is closed from then on.
        kept_share: Share of those contacted by campaigns that stay though they would leave or vanish.
    """

    months: int
    rows: int
    joins: int
    drift_month: int
    broken_month: int
    closing_month: int
    hazard: float = 0.02
    women_factor: float = 1.5
    many_products_factor: float = 3.0
    kept_months: int = 6
    vanishing: float = 0.004
    returning: float = 0.5
    switching: float = 0.02
    moving: float = 0.003
    buying: float = 0.01
    draining: float = 0.5
    drained: float = 0.6
    drift: int = 40
    broken_share: float = 0.5
    closing: float = 0.01
    closing_product: str = "deposit"
    closing_more: float = 0.1
    kept_share: float = 0.0


@dataclass(frozen=True)
class Contacts:
    """Clients whom a campaign contacted.

    Attributes:
        campaign: Its name.
        client_ids: The bank's ids of the clients.
        starts_on: Its first day.
        ends_on: The day from which on it is looked who has left.
    """

    campaign: str
    client_ids: Sequence[str]
    starts_on: date
    ends_on: date


def truth_of(*, months: int, rows: int, kept_share: float = 0.0) -> Truth:
    """Choose what happens in a series of months."""
    if not 0 <= kept_share <= 1:
        raise ValueError(f"--kept-share is {kept_share}; it must be between 0 and 1.")
    if not 2 <= months <= MOST_MONTHS:
        raise ValueError(f"months must be between 2 and {MOST_MONTHS}, not {months}.")
    return Truth(
        months=months,
        rows=rows,
        joins=max(round(rows * 0.025), 1),
        drift_month=max(round(months * 0.7), 2),
        broken_month=max(round(months * 0.45), 2),
        closing_month=max(round(months * 0.6), 3),
        kept_share=kept_share,
    )


def month_end(number: int, months: int) -> date:
    """Date a generated month.

    Args:
        number: Its number, from 1.
        months: How many there are; the last one is always the same.
    """
    place = LAST_MONTH[0] * 12 + LAST_MONTH[1] - 1 - months + number
    year, month = place // 12, place % 12 + 1
    return date(year, month, calendar.monthrange(year, month)[1])


def holdings_folder(folder: Path, portfolio: str) -> Path:
    """Name the folder of a bank's second files, a file a month."""
    return folder / f"{portfolio}_holdings"


def generate_months(
    *,
    portfolio: DemoPortfolio,
    folder: Path,
    months: int,
    rows: int,
    seed: int = DEFAULT_SEED,
    file_format: Literal["csv", "parquet"] = "csv",
    contacts: Sequence[Contacts] = (),
    kept_share: float = 0.0,
) -> list[Path]:
    """Write an extract a month of one demo bank, dated in its name, and the truth beside their folder.

    The same arguments give the same files on any machine. Each month is generated by itself and streamed, so
    memory grows neither with the clients nor with the months.

    Args:
        portfolio: Which bank's layout and structure to imitate.
        folder: Where `<portfolio>/` with the extracts and `<portfolio>_truth.json` are to stand, and of the
            bank with holdings `<portfolio>_holdings/` with the second files.
        months: How many extracts, at least 2.
        rows: People in the first extract; as many more join as leave, about.
        seed: Chooses the set of generated people.
        file_format: "csv" or "parquet".
        contacts: Whom campaigns contacted; nobody's months before the campaign change.
        kept_share: Share of those who would leave, or vanish, while the campaign runs that stay for good.

    Returns:
        The extracts, oldest first. Extracts of the same form that an earlier call left there go.

    Raises:
        ValueError: If an argument is out of its range.
        OSError: If a file cannot be written.
    """
    check_amounts(rows=rows, seed=seed, file_format=file_format)
    truth = truth_of(months=months, rows=rows, kept_share=kept_share)
    extracts, holdings = folder / portfolio, holdings_folder(folder, portfolio)
    for place, stem in ((extracts, f"{portfolio}_demo"), (holdings, f"{portfolio}_holdings_demo")):
        if place == extracts or portfolio == WITH_HOLDINGS:
            place.mkdir(parents=True, exist_ok=True)
        for old in place.glob(f"{stem}.*-*-*.*"):
            old.unlink()
    with duckdb.connect(config={"memory_limit": MEMORY_LIMIT}) as connection:
        names = prepare_lives(connection, portfolio=portfolio, truth=truth, seed=seed, contacts=contacts)
        paths = []
        for number in range(1, months + 1):
            path = extracts / f"{portfolio}_demo.{month_end(number, months)}.{file_format}"
            named = ", ".join('"' + name.replace('"', '""') + '"' for name in names)
            month = f"select * from (from demo_month({number})) as month({named})"
            copy_rows(connection, rows=month, path=path, file_format=file_format)
            paths.append(path)
            if portfolio == WITH_HOLDINGS:
                second = holdings / f"{portfolio}_holdings_demo.{month_end(number, months)}.csv"
                copy_rows(connection, rows=f"from demo_holdings({number})", path=second, file_format="csv")
        write_truth(connection, portfolio=portfolio, truth=truth, seed=seed, folder=folder)
    return paths


def prepare_lives(
    connection: duckdb.DuckDBPyConnection,
    *,
    portfolio: DemoPortfolio,
    truth: Truth,
    seed: int,
    contacts: Sequence[Contacts],
) -> list[str]:
    """Define the people of a series of months and what happens to them."""
    connection.execute("set preserve_insertion_order = true")
    connection.execute(read_sql("demo_macros.sql"))
    # Broken rows are for a single extract: in months each person is one row, so that truth can be counted.
    connection.execute("create or replace temp macro demo_slot(row_number) as 9999")
    people = truth.rows + truth.joins * (truth.months - 1)
    settings: dict[str, Any] = {
        "rows": people,
        "seed": seed,
        "first_rows": truth.rows,
        "first_id": FIRST_IDS[portfolio],
        "third_city": THIRD_CITIES[portfolio],
        **{name: value for name, value in asdict(truth).items() if name != "rows"},
    }
    for name, value in settings.items():
        connection.execute(f"set variable demo_{name} = $value", {"value": value})
    bank = read_sql(f"demo_{portfolio}.sql")
    names = [row[0] for row in connection.execute(f"describe {bank}").fetchall()]
    connection.execute(f"create temp view extract as select * from ({bank}) as bank({COLUMNS})")
    connection.execute(
        "create temp table demo_contacts"
        " (campaign varchar, client_id varchar, first_month integer, last_month integer)"
    )
    for one in contacts:
        first, last = months_of(one, truth.months)
        connection.execute(
            "insert into demo_contacts select distinct $campaign, unnest($ids::varchar[]), $first, $last",
            {"campaign": one.campaign, "ids": list(one.client_ids), "first": first, "last": last},
        )
    connection.execute(read_sql("demo_months.sql"))
    if contacts:  # looked up among the lives, which loses their order
        connection.execute("create temp table demo_kept_lives as from demo_lives() order by person")
        connection.execute("create or replace temp macro demo_lives() as table from demo_kept_lives")
    return names


def months_of(contacts: Contacts, months: int) -> tuple[int, int]:
    """Number the first and the last month in which a contact may keep somebody."""
    dates = [month_end(number, months) for number in range(1, months + 1)]
    first = sum(day <= contacts.starts_on for day in dates) + 1
    return first, sum(day < contacts.ends_on for day in dates) + 1


def copy_rows(connection: duckdb.DuckDBPyConnection, *, rows: str, path: Path, file_format: str) -> None:
    """Stream rows into a file, which appears whole or not at all."""
    try:
        with replacing(path) as unfinished:
            target = str(unfinished).replace("'", "''")
            connection.execute(f"copy ({rows}) to '{target}' ({COPY_OPTIONS[file_format]})")
    except duckdb.IOException as error:
        raise OSError(f"Demo data could not be written to {path}: {error}") from error


def write_truth(
    connection: duckdb.DuckDBPyConnection, *, portfolio: DemoPortfolio, truth: Truth, seed: int, folder: Path
) -> None:
    """Write what the months were made from, and what happened in every period."""
    dates = [str(month_end(number, truth.months)) for number in range(1, truth.months + 1)]
    facts = {
        "portfolio": portfolio,
        "seed": seed,
        "dates": dates,
        "drift_from": dates[truth.drift_month - 1],
        "drift_attribute": "credit_score",
        "broken_on": dates[truth.broken_month - 1],
        "broken_attribute": "age",
        "closing_on": dates[truth.closing_month - 1] if truth.closing_month <= truth.months else None,
        **asdict(truth),
        "campaigns": as_dicts(connection.execute("from demo_campaigns()")),
    }
    (folder / f"{portfolio}_truth.json").write_text(
        json.dumps(facts, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )
    told = {"flow": "demo_flow"} | ({"moves": "demo_moves"} if portfolio == WITH_HOLDINGS else {})
    for what, macro in told.items():
        with (folder / f"{portfolio}_truth_{what}.csv").open("w", encoding="utf-8", newline="") as target:
            writer = csv.writer(target, lineterminator="\n")
            for number in range(1, truth.months):
                rows = connection.execute(f"from {macro}({number})")
                if number == 1:
                    writer.writerow(["period_start", "period_end", *[one[0] for one in rows.description]])
                writer.writerows((dates[number - 1], dates[number], *row) for row in rows.fetchall())
