"""What is told before anything is begun: settings, paths and columns that cannot be used."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import duckdb
import jinja2

from bank_churn.errors import BankChurnError, InputError
from bank_churn.intake.macros import Macros
from bank_churn.intake.options import Options, options_of
from bank_churn.intake.prepare import Found, columns_of, extracts, holdings, portfolio_files
from bank_churn.tools.settings import engine_settings
from bank_churn.words.safe_text import shown

NOT_TO_CONTACT = "BANK_CHURN_DO_NOT_CONTACT"
HELD_BACK_COLUMNS = ["portfolio", "client_id", "contacted_on"]


def judge(settings: dict[str, Any], *, on_cluster: bool = False) -> None:
    """Make sure that a build can begin: as the project's macros would judge it, but at once.

    Args:
        settings: The project's vars.
        on_cluster: Whether Spark reads the extracts: it reads some by itself.

    Raises:
        InputError: If a setting means nothing, or a file is not there or lacks a column.
    """
    try:
        macros = Macros(settings)
        macros.call("check_settings")
        judge_engine()
        judge_places(settings)
        given = [("clients", *one) for one in extracts(settings, on_cluster=on_cluster)]
        given += [("holdings", *one) for one in holdings(settings, on_cluster=on_cluster)]
        for what, portfolio, file in given:
            options = options_of(settings, portfolio)
            found = [shown(name) for name in columns_of(portfolio, file, options)]
            macros.call(
                "check_columns",
                shown(file),
                found,
                columns_wanted(portfolio, what),
                [name.lower() for name in options.path_columns],
            )
    except BankChurnError as error:
        raise InputError(str(error)) from error


def judge_rows(found: list[Found]) -> None:
    """Make sure that every file has rows."""
    for one in found:
        if not one.row_count:
            told = f"{shown(one.file)} is empty: it has column names but no row under them."
            raise InputError(told)


def judge_engine() -> None:
    """Make sure that DuckDB takes the limits that the environment sets."""
    try:
        duckdb.connect(config=engine_settings()).close()
    except duckdb.Error as error:
        told = str(error).splitlines()[0]
        raise InputError(f"BANK_CHURN_MEMORY_LIMIT or BANK_CHURN_THREADS means nothing: {told}") from error


def judge_places(settings: dict[str, Any]) -> None:
    """Make sure that files and folders besides the extracts are there."""
    folder = str(settings.get("churn_model_folder") or "")
    if folder and not Path(folder).is_dir():
        raise InputError(f"churn_model_folder is {folder}, but there is no such folder.")
    location = os.environ.get(NOT_TO_CONTACT, "").strip()
    if not location:
        return
    files = portfolio_files(location)
    if len(files) != 1:
        raise InputError(f"{NOT_TO_CONTACT}: no file at {shown(location)}. Give the path of one csv file.")
    found = columns_of("", files[0], Options())
    if [name.lower() for name in found] != HELD_BACK_COLUMNS:
        raise InputError(
            f"{shown(files[0])} has the columns {shown(', '.join(found))}; it must have"
            f" {', '.join(HELD_BACK_COLUMNS)}, in this order."
        )


def columns_wanted(portfolio: str, what: str = "clients") -> list[str]:
    """Read from a portfolio's staging model which columns it takes from an extract.

    Args:
        portfolio: The portfolio.
        what: `clients` for its extract, `holdings` for the second file.

    Returns:
        The columns, in lower case.

    Raises:
        BankChurnError: If there is no such model.
    """
    for path in Path("models/staging").rglob(f"stg_{portfolio}__{what}.sql"):
        try:
            model = jinja2.Environment(extensions=["jinja2.ext.do"], autoescape=True).parse(
                path.read_text(encoding="utf-8")
            )
            for call in model.find_all(jinja2.nodes.Call):
                if getattr(call.node, "name", "") == f"read_{what}" and len(call.args) > 1:
                    return [str(name).lower() for name in call.args[1].as_const()]
        except (jinja2.TemplateError, jinja2.nodes.Impossible) as error:
            raise BankChurnError(f"{path}: read_{what} must be given a list of names.") from error
    raise BankChurnError(f"models/staging has no stg_{portfolio}__{what}.sql that calls read_{what}.")
