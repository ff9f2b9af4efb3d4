"""How far a probability could be off: the spread of log-odds over samples of the same size."""

from __future__ import annotations

import numpy as np

from bank_churn.scoring.glass_box import Floats, logistic

STEPS = 100
"""Steps of probability that share one standard error."""

FEWEST = 200
"""Clients that a standard error is averaged over, at least: the nearest by probability."""


def standard_errors(log_odds: Floats, spread: Floats) -> list[float]:
    """Return the standard error of log-odds for each step of probability.

    Args:
        log_odds: Of clients by a model that has not seen them.
        spread: Variance of each one's log-odds.

    Returns:
        For probabilities from 0 to .01, from .01 to .02 and so on.
    """
    order = np.argsort(log_odds, kind="stable")
    probability, variance = logistic(log_odds[order]), spread[order].cumsum()
    middles = (np.arange(STEPS) + 0.5) / STEPS
    errors = []
    for middle in middles:
        low, high = np.searchsorted(probability, [middle - 0.5 / STEPS, middle + 0.5 / STEPS])
        short = max(0, min(FEWEST, len(order)) - (high - low))
        low = max(0, min(low - (short + 1) // 2, len(order) - FEWEST))
        high = min(len(order), max(high + (short + 1) // 2, FEWEST))
        total = variance[high - 1] - (variance[low - 1] if low else 0)
        errors.append(float(np.sqrt(total / (high - low))))
    return errors
