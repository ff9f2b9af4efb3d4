"""Options that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from bank_churn.commands.base import Option
from bank_churn.tools.places import Places
from bank_churn.tools.screen import screen
from bank_churn.words.language import LANGUAGES, documents_language

Function = TypeVar("Function", bound=Callable[..., Any])
ENGINES = ("duckdb", "spark", "spark_cluster")
PATH = click.Path(path_type=Path)


def option(*names: str, **further: Any) -> Callable[[Function], Function]:  # noqa: ANN401
    """Declare an option whose help is said in the reader's language."""
    return click.option(*names, cls=Option, **further)


def database_folder() -> str:
    """Name the build database where none is named."""
    return os.environ.get("BANK_CHURN_DATABASE", "data/build/bank_churn.duckdb")


def published_folder() -> str:
    """Name the folder of published files where none is named."""
    return os.environ.get("BANK_CHURN_PUBLISHED", "data/published")


database = option(
    "--database", type=PATH, default=database_folder, help="build database (default: {default})"
)
PUBLISHED = {"type": PATH, "default": published_folder, "help": "published files (default: {default})"}
output = option("--output", **PUBLISHED)
published = option("--published", **PUBLISHED)
language = option(
    "--language", type=click.Choice(LANGUAGES), default=documents_language, help="default: {default}"
)
engine = option(
    "--target", type=click.Choice(ENGINES), default="duckdb", help="the engine (default: {default})"
)
databases_only = option(
    "--databases-only",
    is_flag=True,
    help="no parquet files, workbooks and dashboard; those of an earlier publication go",
)


def screened(function: Callable[..., object]) -> Callable[..., object]:
    """Declare how much a long command says, and set up the screen by it."""

    @wraps(function)
    def with_screen(*, quiet: bool, verbose: bool, log_format: str, **further: object) -> object:
        screen.is_quiet, screen.is_verbose, screen.is_json = quiet, verbose, log_format == "json"
        return function(**further)

    formats = option(
        "--log-format",
        type=click.Choice(["text", "json"]),
        default="text",
        help="json: a line of JSON for each event, for schedulers",
    )
    said_less = option("--quiet", "-q", is_flag=True, help="say nothing but warnings and failures")
    said_more = option("--verbose", is_flag=True, help="show dbt's own lines, which go to its log anyway")
    return said_less(said_more(formats(with_screen)))


def places(function: Callable[..., object]) -> Callable[..., object]:
    """Declare where a build stands, handed down as one value."""

    @wraps(function)
    def with_places(*, database: Path, target_path: Path, output: Path, **further: object) -> object:
        return function(places=Places(database, target_path, output), **further)

    target_path = option(
        "--target-path", type=PATH, default=Path("target"), help="dbt's target folder (default: {default})"
    )
    return database(target_path(output(with_places)))
