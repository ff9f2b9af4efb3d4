"""The command `bank_churn list`."""

from typing import Any

import click

from bank_churn.commands.base import declared
from bank_churn.commands.options import PATH, language, option, published


@declared("the call sheet of one target group or condition, from what is published")
@option("--portfolio", required=True, metavar="NAME", help="whose clients")
@option("--group", metavar="GROUP", help="a target group: its name or code")
@option(
    "--where",
    "condition",
    metavar="CONDITION",
    help="such as \"city = 'Рыбинск' and age >= 40\" on columns of the list",
)
@option("--top", type=int, metavar="N", help="only the first by priority (default: all)")
@option("--output", type=PATH, required=True, metavar="FILE", help="a .csv or .xlsx file")
@published
@language
def command(group: str | None, condition: str | None, **further: Any) -> None:  # noqa: ANN401
    """Write a call sheet."""
    if (group is None) == (condition is None):
        raise click.UsageError("Give either --group or --where.", click.get_current_context())
    from bank_churn.exports.call_sheet import write_call_sheet

    print(write_call_sheet(group=group, condition=condition, **further))
