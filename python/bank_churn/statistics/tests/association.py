"""Tables of clients by group and value: χ² with Cramér's V, information value."""

import math

import numpy as np
from scipy import stats
from scipy.stats.contingency import association

from bank_churn.statistics.tests.noncentrality import noncentral_chi2_interval
from bank_churn.statistics.tests.results import TestResult, finite, not_computable
from bank_churn.statistics.tests.samples import ContingencyTable, FloatArray
from bank_churn.statistics.tests.tails import log10_survival
from bank_churn.words.reasons import Reason


def chi_square_test(table: ContingencyTable, *, alpha: float = 0.05) -> TestResult:
    """Test whether the distribution of values differs between groups (Pearson's χ², no Yates correction).

    The interval of Cramér's V inverts the noncentral χ²: V = √(λ / (N·(min(rows, columns) − 1))); it is
    widened where needed to hold the estimate. When more than a fifth of the expected counts are below 5 or
    one is below 1 (Cochran's rule) the figures stay and the reason says the p-value is approximate.

    Args:
        table: Clients by group and value; empty rows and columns are left out.
        alpha: One minus the coverage of the interval of V.

    Returns:
        χ², p, Cramér's V with its interval.

    References:
        Cramér, H. (1946). Mathematical Methods of Statistics. Smithson, M. (2003). Confidence Intervals.

    Examples:
        >>> result = chi_square_test(ContingencyTable(((30, 70), (20, 80), (50, 50))))
        >>> round(result.statistic, 2), round(result.effect_size, 3)
        (21.0, 0.265)
    """
    counts = table.filled()
    reason = _obstacle(counts)
    if reason is not None:
        return not_computable("chi_square", reason, effect_size_name="cramers_v")
    statistic, p_value, df, expected = stats.chi2_contingency(counts, correction=False)
    v = float(association(counts.astype(np.int64), method="cramer", correction=False))
    scale = counts.sum() * (min(counts.shape) - 1)
    low, high = noncentral_chi2_interval(float(statistic), df=int(df), alpha=alpha)
    result = TestResult(
        test_name="chi_square",
        statistic=float(statistic),
        p_value=float(p_value),
        log10_p=log10_survival(stats.chi2(df), float(statistic)),
        degrees_of_freedom=float(df),
        effect_size_name="cramers_v",
        effect_size=v,
        effect_ci_low=min(v, math.sqrt(low / scale)),
        effect_ci_high=min(1.0, max(v, math.sqrt(high / scale))),
        reason="small_expected_counts" if _breaks_cochrans_rule(expected) else None,
    )
    return finite(result)


def g_test(table: ContingencyTable) -> TestResult:
    """Test the same as `chi_square_test` by the likelihood ratio (G), as its companion; no effect size.

    References:
        Sokal, R. R. & Rohlf, F. J. (1995). Biometry, ch. 17.
    """
    counts = table.filled()
    reason = _obstacle(counts)
    if reason is not None:
        return not_computable("g_test", reason)
    g, p_value, df, expected = stats.chi2_contingency(counts, correction=False, lambda_="log-likelihood")
    result = TestResult(
        test_name="g_test",
        statistic=float(g),
        p_value=float(p_value),
        log10_p=log10_survival(stats.chi2(df), float(g)),
        degrees_of_freedom=float(df),
        reason="small_expected_counts" if _breaks_cochrans_rule(expected) else None,
    )
    return finite(result)


def information_value(table: ContingencyTable, *, smoothing: float = 0.5) -> float:
    """Return how much the groups tell about a yes/no outcome (columns: yes, no).

    IV = Σ (share of yes − share of no) · ln(share of yes / share of no) over groups; `smoothing` is added to
    both cells of every group, so that a group where nobody or everybody churned stays finite.

    Args:
        table: Groups by two columns; empty groups are left out.
        smoothing: Added to each cell; 0.5 is the usual Haldane–Anscombe amount.

    Returns:
        0 or more; nan when an outcome or a second group does not occur.

    References:
        Siddiqi, N. (2006). Credit Risk Scorecards. Wiley.

    Examples:
        >>> round(information_value(ContingencyTable(((80, 20), (20, 80)))), 2)
        1.63
    """
    counts = table.filled()
    if counts.ndim != 2 or counts.shape[0] < 2 or counts.shape[1] != 2:
        return math.nan
    shares = (counts + smoothing) / (counts + smoothing).sum(axis=0)
    return float(((shares[:, 0] - shares[:, 1]) * np.log(shares[:, 0] / shares[:, 1])).sum())


def _obstacle(counts: FloatArray) -> Reason | None:
    if counts.shape[0] < 2:
        return "fewer_than_two_groups"
    return "all_values_equal" if counts.shape[1] < 2 else None


def _breaks_cochrans_rule(expected: FloatArray) -> bool:
    return bool((expected < 1).any() or (expected < 5).mean() > 0.2)
