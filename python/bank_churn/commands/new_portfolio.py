"""The command `bank_churn new-portfolio`."""

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
def command(
    name: str, file: str, label_ru: str, label_en: str, sheet: str, header_row: int | None, female: str
) -> None:
    """Add a bank."""
    from bank_churn.new_portfolio import add_portfolio

    added = add_portfolio(
        name, file, label_ru=label_ru, label_en=label_en, sheet=sheet, header_row=header_row, female=female
    )
    print(added.text)
