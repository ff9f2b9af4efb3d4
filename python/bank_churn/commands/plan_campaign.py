"""The command `bank_churn plan-campaign`."""

from pathlib import Path
from typing import Any

import click

from bank_churn.commands.base import Argument, declared
from bank_churn.commands.options import language, option, published
from bank_churn.tools.settings import campaigns_folder
from bank_churn.words.language import Language


@declared(
    "plan a campaign with a control group, so that later builds can tell whom it kept",
    more="What it can show is said before anything is written; a plan is never changed.",
)
@click.argument("campaign", cls=Argument, metavar="NAME", help="name of the campaign, such as march_calls")
@option("--portfolio", required=True, metavar="NAME", help="whose clients")
@option(
    "--offer",
    required=True,
    metavar="CODE",
    help="an offer of the seed offers; clients of the list whom it fits",
)
@option("--group", default="", metavar="CODE", help="only clients of a target group, as in target_groups")
@option(
    "--top", type=int, default=0, metavar="N", help="only the first by priority, the control group included"
)
@option("--budget", type=float, default=0.0, metavar="SUM", help="only as many as this pays contacts for")
@option(
    "--control",
    "control_share",
    type=float,
    default=0.2,
    metavar="SHARE",
    help="share left alone, to compare with (default: {default})",
)
@option(
    "--horizon-days",
    type=int,
    default=90,
    metavar="N",
    help="after how many days it is looked who left (default: {default})",
)
@option(
    "--start", "starts_on", default="", metavar="DAY", help="the first day (default: that of the extract)"
)
@option(
    "--cost",
    "costs",
    type=float,
    multiple=True,
    metavar="SUM",
    help="cost of a contact (default: that of the offer)",
)
@option(
    "--dry-run",
    is_flag=True,
    help="write nothing; --cost, --kept-share and --capacity may be given several times",
)
@option(
    "--kept-share",
    "kept_shares",
    type=float,
    multiple=True,
    metavar="SHARE",
    help="with --dry-run: share kept",
)
@option(
    "--capacity",
    "capacities",
    type=int,
    multiple=True,
    metavar="N",
    help="with --dry-run: number of contacts",
)
@published
@language
def command(
    costs: tuple[float, ...],
    dry_run: bool,
    kept_shares: tuple[float, ...],
    capacities: tuple[int, ...],
    published: Path,
    language: Language,
    **asked: Any,  # noqa: ANN401
) -> None:
    """Plan a campaign."""
    if not dry_run and (kept_shares or capacities or len(costs) > 1):
        raise click.UsageError(
            "Other shares, capacities and costs can only be tried: add --dry-run.",
            click.get_current_context(),
        )
    from bank_churn.campaigns.plan import Asked
    from bank_churn.campaigns.planning import WhatIf, plan_campaign

    campaign = Asked(contact_cost=costs[0] if len(costs) == 1 else 0.0, **asked)
    what_if = WhatIf(costs, kept_shares, capacities) if dry_run else None
    for line in plan_campaign(
        campaign, published=published, folder=campaigns_folder(), language=language, what_if=what_if
    ):
        print(line)
