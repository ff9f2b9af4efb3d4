"""Intervals of squared effect sizes, by inverting noncentral distributions."""

import math

import numpy as np
from scipy import special, stats

_LARGEST_INVERTED = 9_000.0
"""scipy's inversion of the noncentral F stops at 10 000; the large-sample form takes over before that."""


def noncentral_chi2_interval(statistic: float, *, df: int, alpha: float) -> tuple[float, float]:
    """Return the interval of the noncentrality of a χ² statistic.

    Args:
        statistic: The uncorrected χ².
        df: Degrees of freedom.
        alpha: One minus the coverage.

    Returns:
        Lower and upper noncentrality, both ≥ 0.

    References:
        Smithson, M. (2003). Confidence Intervals, ch. 4. Sage.

    Examples:
        >>> low, high = noncentral_chi2_interval(30.0, df=3, alpha=0.05)
        >>> round(low, 2), round(high, 2)
        (10.77, 52.98)
    """
    limits = special.chndtrinc(statistic, df, np.array([1 - alpha / 2, alpha / 2]))
    low, high = (_floored(limit) for limit in limits)
    return low, high


def noncentral_f_interval(
    statistic: float, *, df_between: float, df_within: float, alpha: float
) -> tuple[float, float]:
    """Return the interval of the noncentrality of an F statistic.

    Up to a noncentrality of 9 000 the distribution function is inverted; beyond, log F is taken as normal
    with the delta-method variance 4/λ + 2/df.

    Args:
        statistic: F.
        df_between: Numerator degrees of freedom.
        df_within: Denominator degrees of freedom.
        alpha: One minus the coverage.

    Returns:
        Lower and upper noncentrality, both ≥ 0.

    References:
        Steiger, J. H. (2004). Beyond the F test. Psychological Methods 9(2), 164–182.
    """
    tails = np.array([1 - alpha / 2, alpha / 2])
    low, high = (float(x) for x in special.ncfdtrinc(df_between, df_within, tails, statistic))
    if high < _LARGEST_INVERTED:
        return _floored(low), _floored(high)
    middle = df_between * (statistic - 1)
    spread = float(stats.norm.isf(alpha / 2)) * math.sqrt(4 / middle + 2 / df_within)
    return middle * math.exp(-spread), middle * math.exp(spread)


def _floored(limit: float) -> float:
    """Read the residue of an inversion that ends at zero as zero."""
    return float(limit) if limit > 1e-8 else 0.0
