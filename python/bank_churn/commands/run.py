"""The command `bank_churn run`."""

from pathlib import Path

import click

from bank_churn.commands.base import declared
from bank_churn.commands.options import PATH, databases_only, option, places, screened
from bank_churn.errors import BankChurnError, InputError
from bank_churn.tools.places import Places
from bank_churn.words.language import documents_language


@declared(
    "for a scheduler: build and publish when an extract is new or has changed; other options go to dbt",
    more="The last line of what it prints is a summary in JSON. Exit code: 0 published or nothing new,"
    " 3 published with warnings, 1 failed, 2 an extract or a setting cannot be used.",
    for_dbt=True,
)
@places
@databases_only
@screened
@option("--summary", type=PATH, metavar="FILE", help="write the summary there too")
@click.pass_context
def command(context: click.Context, places: Places, databases_only: bool, summary: Path | None) -> None:
    """Build and publish what is new."""
    from bank_churn.building.run import run

    done = run(
        places, language=documents_language(), dbt_arguments=context.args, databases_only=databases_only
    )
    if summary is not None:
        summary.write_text(done.as_json() + "\n", encoding="utf-8")
    print(done.as_json(), flush=True)
    if done.status == "failed":
        raise InputError(done.error) if done.is_input_wrong else BankChurnError(done.error)
    context.exit(done.code)
