"""What a campaign would bring, for other costs, shares kept and capacities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from bank_churn.campaigns.power import Wave, smallest_kept_share
from bank_churn.campaigns.split import Member


@dataclass(frozen=True)
class Outcome:
    """One row of the table.

    Attributes:
        contacts: Clients to be contacted.
        control: Clients left alone.
        contact_cost: What a contact costs.
        kept_share: Share kept that is assumed.
        cost: Of all contacts.
        kept: Clients kept who would have left within the horizon.
        value: A year's income of those.
        net: Value less cost.
        smallest: Smallest share kept that the campaign shows; None for nothing.
    """

    contacts: int
    control: int
    contact_cost: float
    kept_share: float
    cost: float
    kept: float
    value: float
    net: float
    smallest: float | None


def outcome(
    members: Sequence[Member], *, control_share: float, leaving: float, cost: float, kept_share: float
) -> Outcome:
    """Reckon what a campaign would bring.

    A client leaves with the expected share of all, more or less as the probabilities differ.

    Args:
        members: Its clients.
        control_share: Share of them left alone.
        leaving: Share expected to leave within the horizon.
        cost: What a contact costs.
        kept_share: Share kept.

    Returns:
        The outcome; that of contacts, the control group costs and keeps nothing.
    """
    control = int(control_share * len(members) + 0.5)
    contacts = len(members) - control
    weights = [1.0 if one.churn_probability is None else one.churn_probability for one in members]
    scale = leaving * len(members) / (sum(weights) or 1.0)
    contacted = contacts / max(len(members), 1)
    lost = scale * contacted * sum(w * one.value for w, one in zip(weights, members, strict=True))
    value = lost * kept_share
    return Outcome(
        contacts=contacts,
        control=control,
        contact_cost=cost,
        kept_share=kept_share,
        cost=contacts * cost,
        kept=leaving * contacts * kept_share,
        value=value,
        net=value - contacts * cost,
        smallest=smallest_kept_share([Wave(contacts, control, leaving)]) if contacts and control else None,
    )


def table(
    members: Sequence[Member],
    *,
    control_share: float,
    leaving: float,
    costs: Sequence[float],
    kept_shares: Sequence[float],
    capacities: Sequence[int],
) -> Iterator[Outcome]:
    """Reckon all combinations.

    Args:
        members: Clients that may be chosen, by priority.
        control_share: Share of them left alone.
        leaving: Share expected to leave within the horizon.
        costs: Costs of a contact.
        kept_shares: Shares kept.
        capacities: Numbers of contacts; none for all.

    Yields:
        An outcome per combination.
    """
    for capacity, cost, kept in product(capacities or (0,), costs, kept_shares):
        chosen = members[: round(capacity / (1 - control_share))] if capacity else members
        yield outcome(chosen, control_share=control_share, leaving=leaving, cost=cost, kept_share=kept)
