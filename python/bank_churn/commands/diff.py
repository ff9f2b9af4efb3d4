"""The command `bank_churn diff`."""

from pathlib import Path

import click

from bank_churn.commands.base import Argument, declared
from bank_churn.commands.options import PATH, language, option, output
from bank_churn.words.language import Language


@declared("what differs between two publications or months, before a report goes out")
@click.argument(
    "first",
    cls=Argument,
    required=False,
    metavar="[A]",
    help="id of a publication, or a month's day (default: the one before B)",
)
@click.argument(
    "second",
    cls=Argument,
    required=False,
    metavar="[B]",
    help="the same (default: the publication in place, or the latest month)",
)
@option("--table", type=PATH, metavar="FILE", help="write every value that differs as csv")
@output
@language
def command(
    first: str | None, second: str | None, table: Path | None, output: Path, language: Language
) -> None:
    """Hold two publications or months against each other."""
    from bank_churn.publishing.differences import compare, told, write_table

    comparison = compare(output, first, second, language)
    print(told(comparison, language))
    if table is not None:
        write_table(comparison, table)
