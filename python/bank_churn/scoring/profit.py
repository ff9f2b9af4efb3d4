"""What a list of clients to contact would bring at best: the expected maximum profit of a churn model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bank_churn.scoring.glass_box import Floats

Counts = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class Money:
    """What a campaign costs and keeps.

    Attributes:
        value: What a kept client is worth in a year, on average.
        contact_cost: Cost of a contact, whoever it is made with.
        kept_share: Share of leaving clients whom a contact keeps.
        kept_share_error: How uncertain this share is: its standard deviation.
    """

    value: float
    contact_cost: float
    kept_share: float
    kept_share_error: float

    def beta(self) -> tuple[float, float]:
        """Return the parameters of the beta distribution of the share kept."""
        size = self.kept_share * (1 - self.kept_share) / self.kept_share_error**2 - 1
        return self.kept_share * size, (1 - self.kept_share) * size


def expected_maximum_profit(
    probability: Floats, clients: Counts, churned: Counts, money: Money
) -> tuple[float, float]:
    """Return the expected maximum profit a client, and the share of clients contacted for it.

    Verbraken, Verbeke, Baesens (2013), A novel profit maximizing metric for measuring classification
    performance of customer churn prediction models, IEEE TKDE 25(5): for every possible share kept the best
    cut-off is taken, and the profits are averaged over its distribution. The offer costs the contact alone.

    Args:
        probability: Distinct predicted probabilities.
        clients: How many clients have each.
        churned: How many of these churned.
        money: What a campaign costs and keeps.
    """
    from scipy.special import betainc

    order = np.argsort(-probability, kind="stable")
    contacted = np.concatenate([[0], np.cumsum(clients[order])])
    caught = np.concatenate([[0], np.cumsum(churned[order])])
    corners = hull(contacted.astype("float64"), caught.astype("float64"))
    contacted, caught, total = contacted[corners], caught[corners], contacted[-1]
    # Contacting further pays from the share kept at which what is caught is worth what the contacts cost.
    bounds = np.diff(contacted) * money.contact_cost / (np.diff(caught) * money.value)
    bounds = np.clip(np.concatenate([[0.0], bounds, [1.0]]), 0, 1)
    first, second = money.beta()
    weight = np.diff(betainc(first, second, bounds))
    kept = np.diff(betainc(first + 1, second, bounds)) * money.kept_share
    profit = (caught * money.value * kept - contacted * money.contact_cost * weight).sum() / total
    return float(profit), float((contacted * weight).sum() / total)


def hull(across: Floats, up: Floats) -> list[int]:
    """Return the corners of the curve's upper convex hull, up to where it rises no more."""
    corners: list[int] = []
    for place in range(int(np.argmax(up)) + 1):
        while len(corners) > 1 and _is_below(across, up, corners[-2], corners[-1], place):
            corners.pop()
        corners.append(place)
    return corners


def _is_below(across: Floats, up: Floats, left: int, middle: int, right: int) -> bool:
    rise, run = up[right] - up[left], across[right] - across[left]
    return bool((up[middle] - up[left]) * run <= rise * (across[middle] - across[left]))
