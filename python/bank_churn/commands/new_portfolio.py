"""The command `bank_churn new-portfolio`."""

from typing import Any

import click

from bank_churn.commands.base import Argument, declared
from bank_churn.commands.options import option


@declared("add a bank: its staging model and settings, guessed from an extract")
@click.argument(
    "name",
    cls=Argument,
    metavar="NAME",
    help="small Latin letters, digits and _; the extract's variable is <NAME>_CLIENTS",
)
@option("--from", "file", metavar="FILE", required=True, help="an extract, or a glob of its parts")
@option("--label-ru", default="", help="what the bank is called in Russian (default: NAME)")
@option("--label-en", default="", help="what the bank is called in English (default: NAME)")
@option("--sheet", default="", help="sheet of a workbook (default: found)")
@option("--header-row", type=int, help="row or line of the column names (default: found)")
@option("--female", default="", help="what means a woman, where genders are numbers")
def command(name: str, file: str, **further: Any) -> None:  # noqa: ANN401
    """Add a bank."""
    from bank_churn.new_portfolio import add_portfolio

    print(add_portfolio(name, file, **further).text)
