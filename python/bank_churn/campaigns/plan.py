"""The plan of a campaign, as it is kept in `plan.toml`."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from pathlib import Path

from bank_churn.campaigns.power import Wave
from bank_churn.errors import BankChurnError
from bank_churn.words.safe_text import shown

PLAN = "plan.toml"
TREATED, CONTROL, CONTACTED = "treated.csv", "control.csv", "contacted.csv"
COLUMNS = ("client_key", "client_id", "risk_band", "churn_probability", "value")
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
HEAD = "# Written by `bank_churn plan-campaign` and read by later builds. A plan is never changed.\n"


@dataclass(frozen=True)
class Asked:
    """What a campaign was asked to be: a repeated command asks for the same.

    Attributes:
        campaign: Its name, that of its folder.
        portfolio: Whose clients.
        offer: Code of the offer.
        group: Code of a target group, or nothing.
        top: At most so many clients, by priority; 0 for all.
        budget: At most this for all contacts; 0 for any.
        control_share: Share of clients who are left alone.
        horizon_days: After how many days it is looked who has left.
        contact_cost: Cost of a contact; 0 for that of the offer.
        starts_on: The first day; nothing for that of the extract.
    """

    campaign: str
    portfolio: str
    offer: str
    group: str = ""
    top: int = 0
    budget: float = 0.0
    control_share: float = 0.2
    horizon_days: int = 90
    contact_cost: float = 0.0
    starts_on: str = ""

    def check(self) -> None:
        """Refuse what cannot be planned.

        Raises:
            BankChurnError: If an argument is out of its range.
        """
        if not NAME.fullmatch(self.campaign):
            raise BankChurnError(
                f"{shown(self.campaign)} cannot name a campaign: at most 40 small Latin letters, digits, _"
                " and -."
            )
        if not 0.05 <= self.control_share <= 0.9:
            raise BankChurnError(f"--control is {self.control_share}; it must be between 0.05 and 0.9.")
        if not 1 <= self.horizon_days <= 730:
            raise BankChurnError(f"--horizon-days is {self.horizon_days}; it must be between 1 and 730.")
        if self.top < 0 or self.budget < 0 or self.contact_cost < 0:
            raise BankChurnError("--top, --budget and --cost must not be negative.")
        if self.top and self.budget:
            raise BankChurnError("Give either --top or --budget.")
        if self.starts_on and day_of(self.starts_on) is None:
            raise BankChurnError(f"--start is {shown(self.starts_on)}; it must be a day such as 2026-01-31.")


@dataclass(frozen=True)
class Plan:
    """A campaign that was planned.

    Attributes:
        asked: What it was asked to be.
        starts_on: The first day.
        ends_on: From when on it is looked who has left.
        contact_cost: What a contact costs.
        assumed_kept_share: Share kept that was assumed then.
        expected_leaving: Share expected to leave within the horizon without a contact.
        expected_from: What that rests on.
        treated_count: Clients to be contacted.
        control_count: Clients left alone.
        in_other_campaigns: Left out: in a running campaign.
        contacted_recently: Left out: contacted a short while ago.
        do_not_contact: Left out: asked not to be contacted.
        smallest_kept_share: What it can show alone; None for nothing.
        smallest_kept_share_pooled: The same with earlier waves of the offer.
        thresholds: By stratum, the greatest hash of the control group.
    """

    asked: Asked
    starts_on: str
    ends_on: str
    contact_cost: float
    assumed_kept_share: float
    expected_leaving: float
    expected_from: str
    treated_count: int
    control_count: int
    in_other_campaigns: int
    contacted_recently: int
    do_not_contact: int
    smallest_kept_share: float | None
    smallest_kept_share_pooled: float | None
    thresholds: dict[str, str]

    def wave(self) -> Wave:
        """Give its sizes."""
        return Wave(self.treated_count, self.control_count, self.expected_leaving)

    def text(self) -> str:
        """Write it as TOML, each value as JSON has it too, which is how SQL reads it.

        Returns:
            The text of `plan.toml`.
        """
        own = {key: value for key, value in vars(self).items() if key not in ("asked", "thresholds")}
        lines = [HEAD.rstrip()]
        lines += [f"{key} = {value_text(value)}" for key, value in own.items() if value is not None]
        for name, table in (("asked", asdict(self.asked)), ("thresholds", self.thresholds)):
            lines += ["", f"[{name}]", *(f"{key} = {value_text(value)}" for key, value in table.items())]
        return "\n".join(lines) + "\n"

    @classmethod
    def read(cls, path: Path) -> Plan:
        """Read a plan.

        Args:
            path: A `plan.toml`.

        Returns:
            The plan.

        Raises:
            BankChurnError: If it is none.
        """
        try:
            found = tomllib.loads(path.read_text(encoding="utf-8"))
            optional = {"smallest_kept_share": None, "smallest_kept_share_pooled": None}
            names = {one.name for one in fields(cls)}
            own = {key: value for key, value in found.items() if key in names}
            return cls(**{**optional, **own, "asked": Asked(**found["asked"])})
        except OSError as error:
            raise BankChurnError(f"Cannot read {path}: {error.strerror or error}.") from error
        except (ValueError, KeyError, TypeError) as error:
            raise BankChurnError(
                f"{path} is no plan of a campaign any more: put it back as it was written."
            ) from error


def value_text(value: object) -> str:
    """Write a value as both TOML and JSON read it.

    Examples:
        >>> value_text("call"), value_text(300.0), value_text(5)
        ('"call"', '300.0', '5')
    """
    return json.dumps(round(value, 12) if isinstance(value, float) else value)


def day_of(text: str) -> date | None:
    """Read a day such as 2026-01-31."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def end_of(starts_on: date, horizon_days: int) -> date:
    """Say from which day on it is looked who has left."""
    return starts_on + timedelta(days=horizon_days)


def read_plans(folder: Path) -> list[Plan]:
    """Read all plans.

    Args:
        folder: The folder of campaigns, which may not exist.

    Returns:
        The plans, in the order of their names.
    """
    return [
        Plan.read(path) for path in sorted(folder.glob(f"*/{PLAN}")) if not path.parent.name.startswith(".")
    ]
