"""How large an effect is: bands of every effect size, from `seeds/effect_floors.csv`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import pandas as pd

Magnitude = Literal["negligible", "small", "medium", "large"]


@dataclass(frozen=True)
class EffectBand:
    """Lower bounds of the bands of one effect size, on its absolute value.

    Attributes:
        floor: Below it the effect is negligible, from it on small.
        medium: From it on the effect is medium.
        large: From it on the effect is large.
    """

    floor: float
    medium: float
    large: float

    def magnitude(self, effect: float) -> Magnitude | None:
        """Name the band of an effect (None for a missing one).

        Examples:
            >>> EffectBand(0.2, 0.5, 0.8).magnitude(-0.35)
            'small'
        """
        if math.isnan(effect):
            return None
        if abs(effect) < self.floor:
            return "negligible"
        if abs(effect) < self.medium:
            return "small"
        return "medium" if abs(effect) < self.large else "large"

    def reach(self, low: float, high: float) -> tuple[Magnitude | None, Magnitude | None]:
        """Name the bands of the smallest and the largest effect, whatever the sign, that an interval holds.

        Examples:
            >>> EffectBand(0.2, 0.5, 0.8).reach(-0.6, -0.15), EffectBand(0.2, 0.5, 0.8).reach(-0.1, 0.3)
            (('negligible', 'medium'), ('negligible', 'small'))
        """
        smallest = 0.0 if low <= 0 <= high else min(abs(low), abs(high))
        return self.magnitude(smallest), self.magnitude(max(abs(low), abs(high)))


def read_effect_floors(effect_floors: pd.DataFrame) -> dict[str, EffectBand]:
    """Read the bands of every effect size.

    Args:
        effect_floors: Columns effect_size_name, floor, medium, large.

    Returns:
        Bands by effect size name.
    """
    return {
        str(row["effect_size_name"]): EffectBand(
            float(row["floor"]), float(row["medium"]), float(row["large"])
        )
        for row in effect_floors.to_dict("records")
    }
