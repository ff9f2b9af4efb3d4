"""The command `bank_churn demo`."""

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
from bank_churn.demo.months import MONTHS_FOLDER, generate_months, holdings_folder
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
@option("--output", type=PATH, default=DEMO_FOLDER, help="folder (default: {default})")
def command(
    portfolio: DemoPortfolio | None,
    rows: int,
    seed: int,
    file_format: Literal["csv", "parquet"],
    months: int | None,
    output: Path,
) -> None:
    """Generate demo data."""
    for one in (portfolio,) if portfolio else DEMO_PORTFOLIOS:
        if months is not None:
            generate_months(
                portfolio=one,
                folder=output / MONTHS_FOLDER,
                months=months,
                rows=rows,
                seed=seed,
                file_format=file_format,
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
