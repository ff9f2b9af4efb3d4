"""How far a probability could be off: the spread of log-odds over samples of the same size."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from bank_churn.scoring.glass_box import Floats, GlassBox, logistic, placed, summed

STEPS = 100
"""Steps of probability that share one standard error."""

FEWEST = 200
"""Clients that a standard error is taken from, at least: the nearest by probability."""

USUAL = 0.75
"""Three clients in four vary by no more. The mean would be that of a few whose log-odds are extreme."""


def jackknife_variance(models: Sequence[GlassBox], frame: pd.DataFrame) -> Floats:
    """Return by how much each client's log-odds would vary over samples of this size.

    The jackknife that leaves out a group: Efron (1982), The jackknife, the bootstrap and other resampling
    plans.

    Args:
        models: One a fold, each trained without the fold.
        frame: The clients.
    """
    places = placed(frame, models[0].attributes, models[0].bins)
    log_odds = [model.intercept + summed(model.terms, places) for model in models]
    return np.asarray(np.var(log_odds, axis=0) * (len(models) - 1))


def standard_errors(log_odds: Floats, spread: Floats) -> list[float]:
    """Return the standard error of log-odds for each step of probability.

    Args:
        log_odds: Of clients by a model that has not seen them.
        spread: Variance of each one's log-odds.

    Returns:
        For probabilities from 0 to .01, from .01 to .02 and so on.
    """
    order = np.argsort(log_odds, kind="stable")
    probability, variance = logistic(log_odds[order]), spread[order]
    middles = (np.arange(STEPS) + 0.5) / STEPS
    errors = []
    for middle in middles:
        low, high = np.searchsorted(probability, [middle - 0.5 / STEPS, middle + 0.5 / STEPS])
        short = max(0, min(FEWEST, len(order)) - (high - low))
        low = max(0, min(low - (short + 1) // 2, len(order) - FEWEST))
        high = min(len(order), max(high + (short + 1) // 2, FEWEST))
        errors.append(float(np.sqrt(np.quantile(variance[low:high], USUAL))))
    return errors
