"""The command `bank_churn demo`."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Literal

import click

from bank_churn.commands.base import declared
from bank_churn.commands.options import PATH, option
from bank_churn.demo.generate import (
    DEFAULT_ROWS,
    DEFAULT_SEED,
    DEMO_FOLDER,
    DEMO_PORTFOLIOS,
    WITH_HOLDINGS,
    DemoPortfolio,
    demo_path,
    generate_demo,
    generate_holdings,
    holdings_path,
)
from bank_churn.demo.months import MONTHS_FOLDER, Contacts, generate_months, holdings_folder
from bank_churn.errors import BankChurnError
from bank_churn.tools.settings import campaigns_folder
from bank_churn.words.language import reader_language
from bank_churn.words.numbers import format_number
from bank_churn.words.speech import said


@declared("generate demo data in the layouts of the built-in portfolios")
@option("--portfolio", type=click.Choice(DEMO_PORTFOLIOS), help="only this one (default: all)")
@option("--rows", type=int, default=DEFAULT_ROWS, help="rows per portfolio (default: {default})")
@option(
    "--seed", type=int, default=DEFAULT_SEED, help="the same seed gives the same rows (default: {default})"
)
@option(
    "--format", "file_format", type=click.Choice(["csv", "parquet"]), default="csv", help="default: {default}"
)
@option(
    "--months",
    type=int,
    metavar="N",
    help="instead, N dated extracts of the same people, and the truth they were made from",
)
@option(
    "--kept-share",
    type=float,
    metavar="SHARE",
    help="with --months: of those whom the campaigns planned here contact and who would leave, so many stay",
)
@option("--output", type=PATH, default=DEMO_FOLDER, help="folder (default: {default})")
def command(
    portfolio: DemoPortfolio | None,
    rows: int,
    seed: int,
    file_format: Literal["csv", "parquet"],
    months: int | None,
    kept_share: float | None,
    output: Path,
) -> None:
    """Generate demo data."""
    if kept_share is not None and months is None:
        raise click.UsageError(
            "--kept-share is about generated months: add --months.", click.get_current_context()
        )
    chosen = (portfolio,) if portfolio else DEMO_PORTFOLIOS
    contacts = {} if kept_share is None else planned_contacts(chosen)
    for one in chosen:
        if months is not None:
            generate_months(
                portfolio=one,
                folder=output / MONTHS_FOLDER,
                months=months,
                rows=rows,
                seed=seed,
                file_format=file_format,
                contacts=contacts.get(one, ()),
                kept_share=kept_share or 0.0,
            )
            where = output / MONTHS_FOLDER / one
            print(
                said("{path}: {count} generated months, no real client among them", path=where, count=months)
            )
            if one == WITH_HOLDINGS:
                second = holdings_folder(output / MONTHS_FOLDER, one)
                print(said("{path}: which product each of them holds, month by month", path=second))
            print(said("{path}: the truth they were made from", path=f"{where}_truth.json"))
            print(
                said(
                    "To build them: in dbt_project.yml, under portfolios, write snapshots: file_name for"
                    " {portfolio}, and set {variable}={path}",
                    portfolio=one,
                    variable=f"{one.upper()}_CLIENTS",
                    path=where,
                )
            )
            continue
        path = demo_path(output, one, file_format)
        generate_demo(portfolio=one, path=path, rows=rows, seed=seed, file_format=file_format)
        if one == WITH_HOLDINGS:
            generate_holdings(clients=path, path=holdings_path(output, one), seed=seed)
        count = format_number(rows, decimals=0, language=reader_language())
        print(said("{path}: {count} generated rows, no real client among them", path=path, count=count))


def planned_contacts(portfolios: Sequence[DemoPortfolio]) -> dict[str, list[Contacts]]:
    """Read whom the campaigns of some banks contact: as written down, or all whom they were to.

    Returns:
        The clients of each campaign, by bank.
    """
    from bank_churn.campaigns.candidates import contact_days, rows_of
    from bank_churn.campaigns.plan import TREATED, read_plans

    folder = campaigns_folder()
    found: dict[str, list[Contacts]] = {}
    for plan in read_plans(folder):
        place = folder / plan.asked.campaign
        days = contact_days(place)
        ids = [row["client_id"] for row in rows_of(place / TREATED)]
        found.setdefault(plan.asked.portfolio, []).append(
            Contacts(
                campaign=plan.asked.campaign,
                client_ids=ids if days is None else [one for one in ids if one in days],
                starts_on=date.fromisoformat(plan.starts_on),
                ends_on=date.fromisoformat(plan.ends_on),
            )
        )
    if not found.keys() & set(portfolios):
        raise BankChurnError(
            f"{folder} holds no campaign of {', '.join(portfolios)}: plan one before contacts can"
            " keep anybody."
        )
    return found
