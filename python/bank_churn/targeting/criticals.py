"""The critical value of a one-sided bound that holds for all groups a search has looked at."""

from __future__ import annotations

import pandas as pd


def critical_values(counts: pd.DataFrame, *, alpha: float = 0.05) -> pd.DataFrame:
    """Correct the level of one-sided bounds for the number of groups looked at.

    Bonferroni: with level α / m for each of m groups, the chance that any lower bound lies above its true
    rate is at most α, however the groups overlap (Dunn 1961, Multiple comparisons among means, JASA 56).

    Args:
        counts: One row per portfolio: `portfolio`, `comparison_count` (m ≥ 1).
        alpha: Level for the whole family.

    Returns:
        `portfolio`, `comparison_count` and `critical_value`, a quantile of the standard normal distribution.

    Examples:
        >>> counts = pd.DataFrame({"portfolio": ["p"], "comparison_count": [4700]})
        >>> round(critical_values(counts).critical_value[0], 2)
        4.25
    """
    from scipy.stats import norm  # slow to import, and the package is imported by every command

    levels = alpha / counts["comparison_count"].to_numpy(dtype=float)
    return counts.assign(critical_value=norm.isf(levels).astype(float))
