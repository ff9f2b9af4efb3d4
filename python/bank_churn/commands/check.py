"""The command `bank_churn check`."""

from pathlib import Path

import click

from bank_churn.commands.base import Argument, declared
from bank_churn.commands.options import PATH, database_folder, language, option
from bank_churn.errors import BankChurnError, InputError
from bank_churn.tools.screen import screen
from bank_churn.words.language import Language, speaking


@declared(
    "read an extract without building anything; other options go to dbt",
    for_dbt=True,
    more="Exit code: 0 nothing to put right, 1 rejected rows or unknown cities, 2 not readable.",
)
@click.argument("file", cls=Argument, metavar="FILE", help="an extract, or a glob of its parts")
@option("--portfolio", metavar="NAME", help="whose extract (default: told by its columns)")
@option("--show-rows", is_flag=True, help="print rejected rows whole")
@option(
    "--database",
    type=PATH,
    default=database_folder,
    help="the check's temporary database stands beside it, and goes (default: {default})",
)
@language
@click.pass_context
def command(
    context: click.Context,
    file: str,
    portfolio: str | None,
    show_rows: bool,
    database: Path,
    language: Language,
) -> None:
    """Check an extract and print what was found."""
    from bank_churn.building.check import check

    with speaking(language):
        try:
            checked = check(
                file,
                portfolio=portfolio,
                language=language,
                show_rows=show_rows,
                build_folder=database.parent,
                dbt_arguments=context.args,
            )
        except BankChurnError as error:
            raise InputError(str(error)) from error
    screen.line(checked.text)
    context.exit(checked.code)
