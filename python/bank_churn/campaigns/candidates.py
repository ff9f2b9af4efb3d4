"""Whom a campaign may be about: clients of the published retention list whom its offer fits."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from bank_churn.campaigns.leaving import has_table
from bank_churn.campaigns.plan import CONTACTED, CONTROL, TREATED, Asked, Plan, day_of
from bank_churn.campaigns.split import Member
from bank_churn.errors import BankChurnError
from bank_churn.exports.call_sheet import group_rule
from bank_churn.exports.condition import checked_condition
from bank_churn.tools.settings import project_vars
from bank_churn.tools.sql import literal
from bank_churn.words.calls import EXPECTED_STAY
from bank_churn.words.safe_text import shown

OFFERS = Path("seeds/offers.csv")
OFFER_RULES = Path("seeds/offer_rules.csv")
HELD_BACK = "BANK_CHURN_DO_NOT_CONTACT"
NO_BAND = "unknown"
NO_OFFER = "none_fits"
EARLIEST = date(1900, 1, 1)


@dataclass
class LeftOut:
    """Clients who are not planned for, by the reason, as (portfolio's) ids or keys.

    Attributes:
        do_not_contact: Ids of those who asked not to be contacted.
        contacted_recently: Ids of those who were contacted a short while ago.
        in_other_campaigns: Keys of those in a running campaign, in either arm.
    """

    do_not_contact: set[str] = field(default_factory=set)
    contacted_recently: set[str] = field(default_factory=set)
    in_other_campaigns: set[str] = field(default_factory=set)

    def reason(self, client_key: str, client_id: str) -> str | None:
        """Say why a client is left out.

        Args:
            client_key: Key of the client.
            client_id: The bank's id.

        Returns:
            Name of the set; None for a client who is not.
        """
        if client_id in self.do_not_contact:
            return "do_not_contact"
        if client_key in self.in_other_campaigns:
            return "in_other_campaigns"
        return "contacted_recently" if client_id in self.contacted_recently else None


@dataclass
class Found:
    """The clients found for a campaign.

    Attributes:
        members: Those to be divided, by priority.
        left_out: How many were left out, by the reason.
        contact_cost: Cost of a contact of the offer.
        kept_share: Share kept that is assumed for it.
        label: The offer in the reader's words, by language.
        is_of_stay: Whether income is that of the days that clients are expected to stay, not of a year.
    """

    members: list[Member]
    left_out: dict[str, int]
    contact_cost: float
    kept_share: float
    label: dict[str, str]
    is_of_stay: bool


def find(connection: duckdb.DuckDBPyConnection, asked: Asked, names: list[str], left_out: LeftOut) -> Found:
    """Find the clients of a campaign."""
    offer = read_offer(connection, asked)
    condition = offer.condition(names)
    if asked.group:
        rule = checked_condition(group_rule(connection, asked.portfolio, asked.group), names)
        condition = f"({condition}) and ({rule})"
    rows = connection.execute(
        f"select client_key, client_id, coalesce(risk_band, '{NO_BAND}'), churn_probability, counted_value"
        f" from listed where {condition} order by priority"
    ).fetchall()
    if not rows:
        whom = f"in {shown(asked.group)}" if asked.group else f"on the list of {asked.portfolio}"
        raise BankChurnError(f"{shown(asked.offer)} fits nobody {whom}.")
    counts = dict.fromkeys(vars(left_out), 0)
    members = []
    for key, client_id, band, probability, value in rows:
        why = left_out.reason(key, client_id)
        if why:
            counts[why] += 1
        else:
            members.append(Member(key, client_id, band, probability, value or 0.0))
    cost = asked.contact_cost or offer.contact_cost
    return Found(
        members=members[: limit_of(asked, cost)],
        left_out=counts,
        contact_cost=cost,
        kept_share=offer.kept_share,
        label=offer.label,
        is_of_stay="income_horizon" in names
        and connection.execute("select bool_or(income_horizon = ?) from listed", [EXPECTED_STAY]).fetchall()
        == [(True,)],
    )


def limit_of(asked: Asked, cost: float) -> int | None:
    """Say how many clients a campaign may have: the budget pays for those who are contacted.

    Examples:
        >>> limit_of(Asked("a", "bank", "call", budget=1000.0, control_share=0.5), 100.0)
        20
    """
    if asked.top:
        return asked.top
    if asked.budget and cost > 0:
        return int(asked.budget / cost / (1 - asked.control_share) + 1e-9)
    return None


@dataclass(frozen=True)
class Offer:
    """An offer as the seeds have it.

    Attributes:
        contact_cost: What a contact costs.
        kept_share: Share kept that list and budget reckon with now.
        label: Its words, by language.
        rules: Allowed values, joined by "|", by attribute: whom it is for.
    """

    contact_cost: float
    kept_share: float
    label: dict[str, str]
    rules: dict[str, str]

    def condition(self, names: Sequence[str]) -> str:
        """Write whom the offer is for as a condition on the list.

        Args:
            names: Columns of the list and of clients.

        Returns:
            SQL.

        Raises:
            BankChurnError: If a rule is about something that is not published.
        """
        parts = ["true"]
        for attribute, allowed in self.rules.items():
            if attribute not in names:
                raise BankChurnError(
                    f"The offer is for clients by {attribute}, which the publication does not have of each"
                    " client: plan it with --group."
                )
            values = ", ".join(literal(value) for value in allowed.split("|"))
            parts.append(f'cast("{attribute}" as varchar) in ({values})')
        return " and ".join(parts)


def read_offer(connection: duckdb.DuckDBPyConnection, asked: Asked) -> Offer:
    """Read an offer from the seeds, and the share kept from what campaigns measured."""
    offers = {row["offer_code"]: row for row in rows_of(OFFERS) if row["offer_code"] != NO_OFFER}
    settings = project_vars({"args": {}})
    if asked.offer not in offers:
        raise BankChurnError(
            f"There is no offer {shown(asked.offer)}; there are {', '.join(sorted(offers))}."
        )
    row = offers[asked.offer]
    if row["recommendation_id"] and not is_supported(connection, asked.portfolio, row["recommendation_id"]):
        raise BankChurnError(
            f"{asked.offer} is not made in {asked.portfolio}: the recommendation it rests on,"
            f" {row['recommendation_id']}, is not borne out there."
        )
    measured = measured_share(connection, asked)
    return Offer(
        contact_cost=float(row["contact_cost"] or settings.get("contact_cost", 0)),
        kept_share=float(row["kept_share"] or settings.get("retention_effectiveness", 0))
        if measured is None
        else measured,
        label={language: row[f"label_{language}"] for language in ("ru", "en")},
        rules={
            rule["attribute"]: rule["allowed_values"]
            for rule in rows_of(OFFER_RULES)
            if rule["offer_code"] == asked.offer
        },
    )


def is_supported(connection: duckdb.DuckDBPyConnection, portfolio: str, recommendation: str) -> bool:
    """Tell whether a recommendation follows in a portfolio."""
    return bool(
        connection.execute(
            "select 1 from everyone.recommendations"
            " where portfolio = ? and recommendation_id = ? and is_supported",
            [portfolio, recommendation],
        ).fetchall()
    )


def measured_share(connection: duckdb.DuckDBPyConnection, asked: Asked) -> float | None:
    """Take the share kept that list and budget reckon with for the offer.

    Returns:
        That of the list; of an offer that it proposes to nobody, as it keeps too few, that of campaigns;
        None where neither is there.
    """
    ((share,),) = connection.execute(
        "select max(kept_share) from listed where offer = ?", [asked.offer]
    ).fetchall()
    if share is None and has_table(connection, "everyone", "offer_effects"):
        ((share,),) = connection.execute(
            "select max(greatest(kept_share, 0e0)) from everyone.offer_effects"
            " where portfolio = ? and offer = ? and is_measured and kept_share is not null",
            [asked.portfolio, asked.offer],
        ).fetchall()
    return None if share is None else float(share)


def whom_to_leave_out(
    *, portfolio: str, folder: Path, plans: Sequence[Plan], day: date, pause: int, listed: str
) -> LeftOut:
    """Gather who must not be in a campaign that begins on a day.

    Args:
        portfolio: Whose clients.
        folder: The folder of campaigns.
        plans: The plans there.
        day: The first day of the new campaign.
        pause: Days that a client is left in peace after a contact.
        listed: The file of clients not to be contacted; empty for none.
    """
    found = LeftOut()
    for client_id, contacted_on in listed_clients(listed, portfolio):
        if contacted_on is None:
            found.do_not_contact.add(client_id)
        elif day - contacted_on < timedelta(days=pause):
            found.contacted_recently.add(client_id)
    for plan in plans:
        if plan.asked.portfolio != portfolio:
            continue
        place = folder / plan.asked.campaign
        if date.fromisoformat(plan.starts_on) <= day < date.fromisoformat(plan.ends_on):
            for name in (TREATED, CONTROL):
                found.in_other_campaigns |= {row["client_key"] for row in rows_of(place / name)}
        days = contact_days(place)
        start = date.fromisoformat(plan.starts_on)
        for row in rows_of(place / TREATED):
            contacted_on = start if days is None else days.get(row["client_id"], EARLIEST)
            if timedelta(0) <= day - contacted_on < timedelta(days=pause):
                found.contacted_recently.add(row["client_id"])
    return found


def contact_days(place: Path) -> dict[str, date] | None:
    """Read who was contacted when, as the call centre wrote it down.

    Args:
        place: Folder of a campaign.

    Returns:
        Day by id; None where nothing was written down.
    """
    path = place / CONTACTED
    if not path.exists():
        return None
    days = ((row.get("client_id") or "", written_day(row.get("contacted_on") or "")) for row in rows_of(path))
    return {client_id.strip(): day for client_id, day in days if day}


def written_day(text: str) -> date | None:
    """Read a day as 2026-01-31 or, as spreadsheets write it, 31.01.2026.

    Examples:
        >>> written_day("31.01.2026") == written_day("2026-01-31"), written_day("soon")
        (True, None)
    """
    text = text.strip()
    if len(text) == 10 and text[2] == text[5] == ".":
        text = f"{text[6:]}-{text[3:5]}-{text[:2]}"
    return day_of(text)


def listed_clients(listed: str, portfolio: str) -> list[tuple[str, date | None]]:
    """Read the file of clients not to be contacted.

    Returns:
        Id, and the day of the last contact, None for those never to be contacted.
    """
    rows = rows_of(Path(listed)) if listed else []
    return [
        ((row.get("client_id") or "").strip(), written_day(row.get("contacted_on") or ""))
        for row in rows
        if (row.get("portfolio") or "").strip() == portfolio
    ]


def held_back_file() -> str:
    """Name the file of clients not to be contacted; empty where there is none."""
    return os.environ.get(HELD_BACK, "").strip()


def rows_of(path: Path) -> list[dict[str, Any]]:
    """Read a table with a header, as spreadsheets and programs write it.

    Args:
        path: A csv file, separated by commas or semicolons.

    Returns:
        Its rows.

    Raises:
        BankChurnError: If it cannot be read.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BankChurnError(f"Cannot read {path}: {getattr(error, 'strerror', None) or error}.") from error
    separator = max(",;\t", key=(lines or [""])[0].count)
    return [
        {(name or "").strip().lower(): value for name, value in row.items()}
        for row in csv.DictReader(lines, delimiter=separator)
    ]
