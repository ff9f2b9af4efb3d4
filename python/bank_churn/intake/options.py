"""The var `formats`: what a user says about a bank's files where the guess is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bank_churn.errors import BankChurnError
from bank_churn.tools.settings import project_vars

KEYS = ("encoding", "delimiter", "decimal", "sheet", "header_row", "path_columns")


@dataclass(frozen=True)
class Options:
    """What is not to be guessed about a portfolio's files; None is guessed.

    Attributes:
        encoding: A name that Python knows, such as `cp1251`.
        delimiter: The one character between fields.
        decimal: `.` or `,`; what the other one then means is in `macros/cleaning/to_number.sql`.
        sheet: Name of the sheet of a workbook.
        header_row: Number of the line or row that holds the column names.
        path_columns: Columns to be read from folders named as `region=north`; a path is no data otherwise.
    """

    encoding: str | None = None
    delimiter: str | None = None
    decimal: str | None = None
    sheet: str | None = None
    header_row: int | None = None
    path_columns: tuple[str, ...] = ()


def vars_of(dbt_arguments: list[str]) -> dict[str, Any]:
    """Read the project's vars, those given by `--vars` in front.

    Args:
        dbt_arguments: Further arguments for dbt.

    Returns:
        The vars.

    Raises:
        BankChurnError: If `--vars` is not a map, or the project's settings cannot be read.
    """
    given = ""
    for number, argument in enumerate(dbt_arguments):
        if argument == "--vars" and number + 1 < len(dbt_arguments):
            given = dbt_arguments[number + 1]
        elif argument.startswith("--vars="):
            given = argument.removeprefix("--vars=")
    try:
        parsed = yaml.safe_load(given) if given else {}
    except yaml.YAMLError as error:
        raise BankChurnError(f"--vars cannot be read: {str(error).splitlines()[0]}.") from error
    if not isinstance(parsed, dict):
        raise BankChurnError(f"--vars must be a map such as '{{min_group_size: 5}}', not {given!r}.")
    return project_vars({"args": {"project_dir": str(Path.cwd()), "vars": parsed}})


def options_of(settings: dict[str, Any], portfolio: str) -> Options:
    """Take a portfolio's entry of the var `formats`.

    Args:
        settings: The vars.
        portfolio: The portfolio.

    Returns:
        Its options.

    Raises:
        BankChurnError: If the entry means nothing.
    """
    formats = settings.get("formats") or {}
    entry = (formats.get(portfolio) or {}) if isinstance(formats, dict) else None
    if not isinstance(entry, dict):
        raise BankChurnError("formats must be a map of maps, such as {metanprom: {encoding: cp1251}}.")
    for key, value in entry.items():
        if key not in KEYS or not is_meant(key, value):
            raise BankChurnError(
                f"formats, {portfolio}: {key}: {value!r} means nothing; give text for {', '.join(KEYS[:4])},"
                " a number for header_row, a list of names for path_columns."
            )
    columns = tuple(entry.get("path_columns") or ())
    options = Options(**{**entry, "path_columns": columns})
    check_options(options, portfolio)
    return options


def is_meant(key: str, value: object) -> bool:
    """Say whether a key of `formats` has a value of its kind."""
    if key == "header_row":
        return isinstance(value, int) and not isinstance(value, bool) and value >= 1
    if key == "path_columns":
        return isinstance(value, list) and all(isinstance(name, str) and name for name in value)
    return isinstance(value, str) and bool(value)


def check_options(options: Options, portfolio: str) -> None:
    """Make sure that the options can be followed."""
    if options.delimiter is not None and (len(options.delimiter) != 1 or options.delimiter in "\"'\\\r\n "):
        raise BankChurnError(f"formats, {portfolio}: delimiter {options.delimiter!r} must be one character.")
    if options.decimal not in (None, ".", ","):
        raise BankChurnError(f'formats, {portfolio}: decimal {options.decimal!r} must be "." or ",".')
    try:
        "a".encode(options.encoding or "utf-8")
    except LookupError as error:
        raise BankChurnError(
            f"formats, {portfolio}: encoding {options.encoding!r} is not known; examples:"
            " utf-8, cp1251, utf-16."
        ) from error
