"""Logarithms of tail probabilities far below the smallest double."""

import math
from typing import Protocol

from scipy import integrate, stats

_SAFE_LOG = math.log(1e-290)


class Tail(Protocol):
    """A frozen continuous distribution, as far as its upper tail goes."""

    def logsf(self, x: float) -> float:
        """Logarithm of P(X > x)."""

    def logpdf(self, x: float) -> float:
        """Logarithm of the density."""


def log10_survival(distribution: Tail, x: float) -> float:
    """Return log10 P(X > x) without underflow.

    `logsf` of scipy's t, F and χ² is the logarithm of an already underflowed number; beyond 1e-290 the
    density relative to its value at `x` is integrated instead, on the scale on which it decays.

    Args:
        distribution: A frozen continuous scipy distribution with a monotone tail at `x`.
        x: The threshold.

    Returns:
        The decimal logarithm; 0 or negative.

    Examples:
        >>> round(log10_survival(stats.norm(), 1.96), 3)
        -1.602
        >>> round(log10_survival(stats.t(5000), 60.0), 1)
        -590.9
    """
    log_sf = float(distribution.logsf(x))
    if math.isnan(log_sf) or log_sf > _SAFE_LOG:
        return log_sf / math.log(10)
    log_density = float(distribution.logpdf(x))
    step = 1e-6 * max(abs(x), 1.0)
    decay = step / (log_density - float(distribution.logpdf(x + step)))
    area, _ = integrate.quad(
        lambda u: math.exp(float(distribution.logpdf(x + u * decay)) - log_density), 0, 200, limit=200
    )
    return (log_density + math.log(decay * area)) / math.log(10)


def log10_two_sided(distribution: Tail, x: float) -> float:
    """Return log10 of the two-sided p-value of a statistic with a symmetric distribution.

    Args:
        distribution: A frozen symmetric scipy distribution (t or normal).
        x: The statistic.

    Returns:
        The decimal logarithm, at most 0.
    """
    return min(0.0, math.log10(2) + log10_survival(distribution, abs(x)))


def two_sided_normal(z: float) -> tuple[float, float]:
    """Return the two-sided p-value of a z statistic and its decimal logarithm."""
    log10_p = (math.log(2) + float(stats.norm.logsf(abs(z)))) / math.log(10)
    return min(1.0, 2 * float(stats.norm.sf(abs(z)))), min(0.0, log10_p)
