"""Corrections for testing many hypotheses at once."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from scipy.stats import false_discovery_control

from bank_churn.statistics.tests.samples import FloatArray

Correction = Literal["holm", "benjamini_hochberg"]


def adjust_p_values(p_values: Sequence[float] | FloatArray, *, correction: Correction) -> FloatArray:
    """Adjust p-values for the number of tests; a missing one neither counts nor gets a value.

    Args:
        p_values: p-values of one family of tests, nan where a test could not be run.
        correction: `holm` keeps the chance of any false claim below α, `benjamini_hochberg` the expected
            share of false claims.

    Returns:
        Adjusted p-values, shape as given, nan where the input is.

    References:
        Holm, S. (1979). Scand. J. Statistics 6, 65–70.
        Benjamini, Y. & Hochberg, Y. (1995). JRSS B 57, 289–300.

    Examples:
        >>> adjust_p_values([0.01, float("nan"), 0.04], correction="holm").tolist()
        [0.02, nan, 0.04]
    """
    values = np.asarray(p_values, dtype=np.float64)
    adjusted = np.full(values.shape, np.nan)
    known = ~np.isnan(values)
    if known.any():
        adjusted[known] = (
            _holm(values[known])
            if correction == "holm"
            else false_discovery_control(values[known], method="bh")
        )
    return adjusted


def _holm(p_values: FloatArray) -> FloatArray:
    """Adjust by Holm's step-down method; statsmodels' own collects garbage, half a second inside dbt."""
    order = np.argsort(p_values)
    steps = np.arange(len(p_values), 0, -1)
    adjusted = np.empty_like(p_values)
    adjusted[order] = np.minimum(np.maximum.accumulate(p_values[order] * steps), 1.0)
    return adjusted
