"""Planning a campaign: what it can show is said before it is written, and what is written never changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from bank_churn.campaigns.candidates import Found, find, held_back_file, rows_of, whom_to_leave_out
from bank_churn.campaigns.files import SHEET, remove_unfinished, write_folder
from bank_churn.campaigns.leaving import Expected, expected_leaving
from bank_churn.campaigns.outcomes import Outcome, outcome, table
from bank_churn.campaigns.plan import CONTROL, PLAN, TREATED, Asked, Plan, end_of, read_plans
from bank_churn.campaigns.power import Wave, smallest_kept_share, waves_needed
from bank_churn.campaigns.split import Split, split
from bank_churn.errors import BankChurnError
from bank_churn.exports.call_sheet import MART, attach_published, list_clients
from bank_churn.exports.workbook import write_workbook
from bank_churn.publishing.history import current_publication, read_facts
from bank_churn.tools.files import checked_folder, only_one
from bank_churn.tools.screen import number
from bank_churn.tools.settings import engine_settings, project_vars, whole_number
from bank_churn.tools.sql import literal
from bank_churn.words.language import Language, reader_language
from bank_churn.words.safe_text import shown
from bank_churn.words.speech import said

SMALLEST_ARM = 10
PAUSE = 90
MOST_WAVES = 24  # a campaign a month for two years; nobody waits longer for an answer
SOURCES = {
    "campaigns": "as in the control groups of earlier campaigns",
    "months": "from who left in recent months",
    "model": "as many as resemble those who left; when they leave is not known before there are months",
}


@dataclass(frozen=True)
class WhatIf:
    """Other assumptions, to be tried without writing anything.

    Attributes:
        costs: Costs of a contact.
        kept_shares: Shares kept.
        capacities: Numbers of contacts.
    """

    costs: Sequence[float] = ()
    kept_shares: Sequence[float] = ()
    capacities: Sequence[int] = ()


@dataclass(frozen=True)
class Prospect:
    """A campaign before it is written.

    Attributes:
        plan: Its plan.
        arms: Its clients.
        found: What was found.
        earlier: Plans of the same offer.
    """

    plan: Plan
    arms: Split
    found: Found
    earlier: list[Plan]


def plan_campaign(
    asked: Asked, *, published: Path, folder: Path, language: Language, what_if: WhatIf | None = None
) -> Iterator[str]:
    """Plan a campaign.

    Args:
        asked: What it is to be.
        published: Folder of the published files.
        folder: The folder of campaigns.
        language: Language of the call sheet.
        what_if: Assumptions to be tried; then nothing is written.

    Yields:
        What can be expected of it, and what was written, in sentences.

    Raises:
        BankChurnError: If it cannot be planned, or a campaign of this name was planned otherwise.
    """
    asked.check()
    facts = read_facts(published, current_publication(published))
    if what_if is not None:
        yield from planned(
            asked, facts, published=published, folder=folder, language=language, what_if=what_if
        )
        return
    checked_folder(folder, mode=0o700)
    with only_one(folder / ".lock", taken="Another campaign is being planned."):
        remove_unfinished(folder)
        if (folder / asked.campaign).exists():
            yield from repeated(asked, folder / asked.campaign)
            return
        yield from planned(asked, facts, published=published, folder=folder, language=language, what_if=None)


def repeated(asked: Asked, place: Path) -> Iterator[str]:
    """Say that a campaign is planned already; refuse if it was planned otherwise."""
    if not (place / PLAN).exists():
        raise BankChurnError(
            f"{place} is there, without a plan: remove it, or give the campaign another name."
        )
    plan = Plan.read(place / PLAN)
    if plan.asked != asked:
        raise BankChurnError(
            f"{asked.campaign} was planned otherwise for {plan.starts_on}, and a plan is never changed: give"
            " the new campaign another name."
        )
    check_arms(place)
    told = (
        "{campaign} is planned already, {treated} to contact and {control} left alone; nothing was changed."
    )
    yield said(
        told, campaign=asked.campaign, treated=number(plan.treated_count), control=number(plan.control_count)
    )


def check_arms(place: Path) -> None:
    """Make sure that nobody is in both arms, in files that somebody may have edited."""
    arms = [{row.get("client_key") for row in rows_of(place / name)} for name in (TREATED, CONTROL)]
    both = len(arms[0] & arms[1])
    if both:
        raise BankChurnError(
            f"{place}: {both} clients stand in both {TREATED} and {CONTROL}: put the files back as they were"
            " written."
        )


def planned(
    asked: Asked,
    facts: dict[str, Any],
    *,
    published: Path,
    folder: Path,
    language: Language,
    what_if: WhatIf | None,
) -> Iterator[str]:
    """Find the clients, say what can be expected, and write unless other assumptions are only tried."""
    try:
        with duckdb.connect(config=engine_settings()) as connection:
            attach_published(connection, published)
            prospect = prospect_of(connection, asked, folder)
            yield from told(prospect)
            if what_if is not None:
                yield from tried(prospect, what_if)
                yield said("Only tried: nothing was written.")
                return
            sheet = partial(write_sheet, connection, facts, prospect, language)
            place = write_folder(folder, prospect.plan, prospect.arms, sheet)
    except duckdb.Error as error:
        raise BankChurnError(
            f"The campaign cannot be planned: {shown(str(error).splitlines()[0])}"
        ) from error
    yield said("For the call centre: {path}", path=place / SHEET)
    yield said(
        "Nobody in {path} is contacted before {day}: they show what happens without a contact.",
        path=place / CONTROL,
        day=prospect.plan.ends_on,
    )


def prospect_of(connection: duckdb.DuckDBPyConnection, asked: Asked, folder: Path) -> Prospect:
    """Find the clients of a campaign, divide them and reckon what it can show."""
    names = list_clients(connection, asked.portfolio)
    day = first_day(connection, asked)
    plans = read_plans(folder)
    pause = whole_number(project_vars({"args": {}}), "contact_pause_days", PAUSE)
    left_out = whom_to_leave_out(
        portfolio=asked.portfolio, folder=folder, plans=plans, day=day, pause=pause, listed=held_back_file()
    )
    found = find(connection, asked, names, left_out)
    arms = split(asked.campaign, found.members, asked.control_share)
    if min(len(arms.treated), len(arms.control)) < SMALLEST_ARM:
        raise BankChurnError(
            f"{asked.campaign} would have {len(arms.treated)} clients to contact and {len(arms.control)} left"
            f" alone; each must be at least {SMALLEST_ARM}. Left out:"
            f" {found.left_out['do_not_contact']} asked not to be contacted,"
            f" {found.left_out['contacted_recently']} contacted a short while ago,"
            f" {found.left_out['in_other_campaigns']} in a running campaign."
        )
    earlier = [
        plan for plan in plans if (plan.asked.portfolio, plan.asked.offer) == (asked.portfolio, asked.offer)
    ]
    expected = expected_leaving(connection, asked, found.members)
    return Prospect(plan_of(asked, day, found, arms, expected, earlier), arms, found, earlier)


def plan_of(
    asked: Asked, day: date, found: Found, arms: Split, expected: Expected, earlier: list[Plan]
) -> Plan:
    """Put the plan of a campaign together."""
    wave = Wave(len(arms.treated), len(arms.control), expected.share)
    return Plan(
        asked=asked,
        starts_on=str(day),
        ends_on=str(end_of(day, asked.horizon_days)),
        contact_cost=float(found.contact_cost),
        assumed_kept_share=float(found.kept_share),
        expected_leaving=expected.share,
        expected_from=expected.source,
        treated_count=wave.treated,
        control_count=wave.control,
        **found.left_out,
        smallest_kept_share=smallest_kept_share([wave]),
        smallest_kept_share_pooled=smallest_kept_share([wave, *(plan.wave() for plan in earlier)]),
        thresholds=arms.thresholds,
    )


def first_day(connection: duckdb.DuckDBPyConnection, asked: Asked) -> date:
    """Say on which day a campaign begins: as asked, else that of the extract, else today."""
    if asked.starts_on:
        return date.fromisoformat(asked.starts_on)
    ((day,),) = connection.execute(
        "select max(snapshot_date) from restricted.clients where portfolio = ?", [asked.portfolio]
    ).fetchall()
    return day or datetime.now(UTC).date()


def told(prospect: Prospect) -> Iterator[str]:
    """Say what can be expected of a campaign."""
    plan, language = prospect.plan, reader_language()
    yield said(
        "{campaign}: {treated} clients to contact with “{offer}”, {control} left alone to compare with.",
        campaign=plan.asked.campaign,
        treated=number(plan.treated_count),
        offer=prospect.found.label[language],
        control=number(plan.control_count),
    )
    if plan.do_not_contact or plan.contacted_recently or plan.in_other_campaigns:
        yield said(
            "Left out: {never} asked not to be contacted, {recently} contacted a short while ago, {others} in"
            " a running campaign.",
            never=number(plan.do_not_contact),
            recently=number(plan.contacted_recently),
            others=number(plan.in_other_campaigns),
        )
    if len(prospect.found.members) < plan.asked.top:
        yield said(
            "The list has no more than {count} for this offer, fewer than the {top} asked for: those with"
            " whom a contact pays off, those of target groups and of high risk. A cheaper contact"
            " (contact_cost) or a probability that looks further ahead (horizon_periods) make it longer.",
            count=number(len(prospect.found.members)),
            top=number(plan.asked.top),
        )
    yield said(
        "Without a contact about {share} of them are expected to leave by {day} ({source}).",
        share=percent(plan.expected_leaving),
        day=plan.ends_on,
        source=said(SOURCES[plan.expected_from]),
    )
    hoped = outcome(
        prospect.found.members,
        control_share=plan.asked.control_share,
        leaving=plan.expected_leaving,
        cost=plan.contact_cost,
        kept_share=plan.assumed_kept_share,
    )
    yield said(
        "The contacts cost {cost}. If they keep {kept} of those who would leave, that is about {count}"
        " clients who bring {value} while they stay."
        if prospect.found.is_of_stay
        else "The contacts cost {cost}. If they keep {kept} of those who would leave, that is about {count}"
        " clients who bring {value} a year.",
        cost=number(hoped.cost),
        kept=percent(plan.assumed_kept_share),
        count=number(hoped.kept, 0 if hoped.kept >= 10 else 1),
        value=number(hoped.value),
    )
    yield power_told(plan.smallest_kept_share)
    if prospect.earlier:
        yield said(
            "Together with {count} earlier campaigns of this offer: {share}.",
            count=number(len(prospect.earlier)),
            share=percent(plan.smallest_kept_share_pooled),
        )
    count = waves_needed(plan.wave(), plan.assumed_kept_share)
    if count and count > MOST_WAVES:
        yield said(
            "To show {kept} it would take {count} campaigns of this size: take more clients, a larger control"
            " group or a longer horizon.",
            kept=percent(plan.assumed_kept_share),
            count=number(count),
        )
    elif count and count > 1:
        yield said(
            "To show {kept}, about {count} campaigns of this size are needed: plan one a month, each with a"
            " control group.",
            kept=percent(plan.assumed_kept_share),
            count=number(count),
        )


def power_told(share: float | None) -> str:
    """Say what a campaign can show alone."""
    if share is None:
        return said("It is too small to show anything by itself.")
    return said(
        "By itself it shows, four times of five, if at least {share} of those who would leave are kept; less"
        " than that stays in doubt.",
        share=percent(share),
    )


def percent(share: float | None) -> str:
    """Write a share as per cent, without decimals from ten on."""
    if share is None:
        return "—"
    sign = "\u00a0%" if reader_language() == "ru" else "%"
    return number(100 * share, decimals=0 if share >= 0.1 else 1) + sign


def tried(prospect: Prospect, what_if: WhatIf) -> Iterator[str]:
    """Write the table of outcomes under other assumptions."""
    plan = prospect.plan
    outcomes = table(
        prospect.found.members,
        control_share=plan.asked.control_share,
        leaving=plan.expected_leaving,
        costs=what_if.costs or (plan.contact_cost,),
        kept_shares=what_if.kept_shares or (plan.assumed_kept_share,),
        capacities=what_if.capacities,
    )
    rows = [[said(one) for one in HEADINGS], *map(cells, outcomes)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEADINGS))]
    yield ""
    for row in rows:
        yield "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
    yield ""


HEADINGS = (
    "contacts",
    "left alone",
    "a contact",
    "share kept",
    "cost",
    "clients kept",
    "value",
    "net",
    "shows from",
)


def cells(one: Outcome) -> list[str]:
    """Write a row of the table."""
    return [
        *(number(one.contacts), number(one.control), number(one.contact_cost), percent(one.kept_share)),
        *(number(one.cost), number(one.kept, 1), number(one.value), number(one.net), percent(one.smallest)),
    ]


def write_sheet(
    connection: duckdb.DuckDBPyConnection,
    facts: dict[str, Any],
    prospect: Prospect,
    language: Language,
    path: Path,
) -> None:
    """Write the call sheet: whom to contact, with the campaign's offer."""
    label = prospect.found.label
    keys = ", ".join(literal(one.client_key) for one in prospect.arms.treated)
    connection.execute(
        f"create or replace temp table {MART} as select * replace ({literal(label['ru'])} as offer_label_ru,"
        f" {literal(label['en'])} as offer_label_en)"
        f" from listed where client_key in ({keys}) order by priority"
    )
    write_workbook(
        path=path,
        connection=connection,
        sheets=[one for one in facts["sheets"] if one["mart"] == MART],
        facts=facts,
        audience="clients",
        language=language,
    )
