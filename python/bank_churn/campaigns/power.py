"""What a campaign can show, before it is begun: the smallest share kept that its sizes tell from chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy import optimize, stats

LEVEL = 0.05
POWER = 0.8


@dataclass(frozen=True)
class Wave:
    """Sizes of a campaign.

    Attributes:
        treated: Clients to be contacted.
        control: Clients to be left alone.
        leaving: Share of them expected to leave within the horizon, without a contact.
    """

    treated: int
    control: int
    leaving: float

    def information(self, kept: float) -> float:
        """Say how much the wave tells of the share kept.

        Args:
            kept: The share kept.

        Returns:
            One divided by the variance of the estimate of that share.
        """
        with_contact = self.leaving * (1 - kept)
        variance = (
            with_contact * (1 - with_contact) / self.treated
            + self.leaving * (1 - self.leaving) / self.control
        )
        return self.leaving**2 / variance if variance > 0 else 0.0


def reach() -> float:
    """Say how many standard errors an effect must measure to be shown in four campaigns of five."""
    return float(stats.norm.isf(LEVEL / 2) + stats.norm.ppf(POWER))


def smallest_kept_share(waves: Sequence[Wave]) -> float | None:
    """Find the smallest share kept that these waves together show in four campaigns of five.

    Args:
        waves: The waves of one offer.

    Returns:
        The share of those who would leave; None if even keeping all of them would not be shown.

    Examples:
        >>> round(smallest_kept_share([Wave(1_600, 400, 0.45)]), 2)
        0.17
        >>> round(smallest_kept_share([Wave(1_600, 400, 0.45)] * 12), 2)
        0.05
    """

    def beyond(kept: float) -> float:
        return kept * math.sqrt(sum(wave.information(kept) for wave in waves)) - reach()

    if not waves or beyond(1.0) < 0:
        return None
    return float(optimize.brentq(beyond, 0.0, 1.0))


def waves_needed(wave: Wave, kept: float) -> int | None:
    """Count the waves of this size that show a share kept in four campaigns of five.

    Args:
        wave: One of them.
        kept: The share kept.

    Returns:
        How many; None where none can.

    Examples:
        >>> waves_needed(Wave(1_600, 400, 0.45), 0.1)
        3
    """
    information = wave.information(kept)
    if kept <= 0 or information <= 0:
        return None
    return math.ceil(reach() ** 2 / (kept**2 * information))
