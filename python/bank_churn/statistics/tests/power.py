"""The smallest effect a sample of this size would show: power 80 % at the uncorrected level."""

import math
from functools import lru_cache
from typing import Literal

import numpy as np
from scipy import optimize, stats
from statsmodels.stats.power import FTestAnovaPower, GofChisquarePower, TTestIndPower

TwoGroupEffect = Literal["hedges_g", "cohens_h", "cliffs_delta"]
ManyGroupEffect = Literal["omega_squared", "epsilon_squared", "cramers_v"]


@lru_cache(maxsize=4096)
def smallest_detectable_effect(
    effect: TwoGroupEffect, *, n_a: int, n_b: int, alpha: float = 0.05, power: float = 0.8
) -> float:
    """Return the smallest effect two groups of these sizes show with the given power.

    Args:
        effect: The effect size's name; Cliff's delta by Noether's formula, the others by statsmodels.
        n_a: Clients of group a.
        n_b: Clients of group b.
        alpha: Two-sided level.
        power: Probability of showing it.

    Returns:
        The effect size, > 0; nan when a group has fewer than two clients.

    References:
        Cohen, J. (1988). Statistical Power Analysis. Noether, G. E. (1987). JASA 82, 645–647.

    Examples:
        >>> round(smallest_detectable_effect("hedges_g", n_a=5000, n_b=5000), 3)
        0.056
    """
    if min(n_a, n_b) < 2:
        return math.nan
    reach = float(stats.norm.isf(alpha / 2) + stats.norm.ppf(power))
    if effect == "cliffs_delta":
        return min(1.0, 2 * reach * math.sqrt((n_a + n_b) / (12 * n_a * n_b)))
    # Cohen's h leaves out a significant difference in the wrong direction: 1e-6 at this power.
    by_normal = reach * math.sqrt(1 / n_a + 1 / n_b)
    if effect == "cohens_h":
        return by_normal
    test, df = TTestIndPower(), n_a + n_b - 2
    by_t = float(stats.t.isf(alpha / 2, df) + stats.t.ppf(power, df)) * math.sqrt(1 / n_a + 1 / n_b)
    # statsmodels' own search begins anywhere and asks for the power fifty times; between these, six.
    return float(
        optimize.brentq(
            lambda g: float(test.power(g, nobs1=n_a, ratio=n_b / n_a, alpha=alpha)) - power,
            0.9 * by_normal,
            1.3 * by_t,
        )
    )


@lru_cache(maxsize=4096)
def smallest_detectable_association(
    effect: ManyGroupEffect,
    *,
    n: int,
    group_count: int,
    value_count: int = 2,
    alpha: float = 0.05,
    power: float = 0.8,
) -> float:
    """Return the smallest effect that this many clients in this many groups show with the given power.

    Args:
        effect: The effect size's name; ε² is taken as the noncentrality of χ² per client.
        n: Clients in all groups.
        group_count: Groups compared.
        value_count: Columns of the table (Cramér's V only).
        alpha: Level.
        power: Probability of showing it.

    Returns:
        The effect size, > 0; nan when there is nothing to compare.

    Examples:
        >>> round(smallest_detectable_association("cramers_v", n=10_000, group_count=3), 3)
        0.031
    """
    if group_count < 2 or value_count < 2 or n <= 2 * group_count:
        return math.nan
    if effect == "omega_squared":
        solved = FTestAnovaPower().solve_power(None, nobs=n, alpha=alpha, power=power, k_groups=group_count)
        f = _scalar(solved)
        return _positive(f**2 / (1 + f**2))
    df = (group_count - 1) * (value_count - 1 if effect == "cramers_v" else 1)
    w = _scalar(GofChisquarePower().solve_power(None, nobs=n, alpha=alpha, power=power, n_bins=df + 1))
    return _positive(w / math.sqrt(min(group_count, value_count) - 1) if effect == "cramers_v" else w**2)


def _scalar(solved: object) -> float:
    """Read what a solver returns: a float or an array of one."""
    return float(np.ravel(np.asarray(solved, dtype=np.float64))[0])


def _positive(solved: object) -> float:
    found = _scalar(solved)
    return found if math.isfinite(found) and found > 0 else math.nan
