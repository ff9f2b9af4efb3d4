"""Two means: Welch's t test, Hedges' g, equivalence within a margin."""

import math

import numpy as np
from scipy import stats

from bank_churn.statistics.tests.results import TestResult, finite, not_computable
from bank_churn.statistics.tests.samples import MeanSample
from bank_churn.statistics.tests.tails import log10_two_sided
from bank_churn.words.reasons import Reason


def welch_t_test(a: MeanSample, b: MeanSample, *, alpha: float = 0.05) -> TestResult:
    """Compare two means without assuming equal variances.

    Args:
        a: Moments of group a.
        b: Moments of group b.
        alpha: One minus the coverage of the intervals.

    Returns:
        t, two-sided p, the difference of means and Hedges' g, each with its interval.

    References:
        Welch, B. L. (1947). Biometrika 34, 28–35.

    Examples:
        >>> result = welch_t_test(MeanSample(40, 45.0, 81.0), MeanSample(60, 40.0, 100.0))
        >>> round(result.statistic, 3), round(result.p_value, 4), round(result.effect_size, 2)
        (2.602, 0.0108, 0.52)
        >>> welch_t_test(MeanSample(1, 45.0, math.nan), MeanSample(60, 40.0, 100.0)).reason
        'group_too_small'
    """
    reason = _obstacle(a, b)
    if reason is not None:
        return not_computable("welch_t", reason, effect_size_name="hedges_g")
    with np.errstate(all="ignore"):
        statistic, p_value = _welch(a, b)
        df = welch_degrees_of_freedom(a, b)
        low, high = _difference_interval(a, b, df=df, alpha=alpha)
        effect, effect_low, effect_high = hedges_g(a, b, alpha=alpha)
        result = TestResult(
            test_name="welch_t",
            statistic=statistic,
            p_value=p_value,
            log10_p=log10_two_sided(stats.t(df), statistic),
            degrees_of_freedom=df,
            difference=a.mean - b.mean,
            ci_low=low,
            ci_high=high,
            effect_size_name="hedges_g",
            effect_size=effect,
            effect_ci_low=effect_low,
            effect_ci_high=effect_high,
        )
    return finite(result)


def tost_means(a: MeanSample, b: MeanSample, *, margin: float, alpha: float = 0.05) -> TestResult:
    """Test whether two means are closer than a margin (two one-sided Welch tests).

    Args:
        a: Moments of group a.
        b: Moments of group b.
        margin: Largest difference that does not matter, in the metric's unit, > 0.
        alpha: Level; the interval of the difference covers 1 − 2·alpha, as the procedure implies.

    Returns:
        The larger of the two one-sided p-values; small means equivalent.

    References:
        Schuirmann, D. J. (1987). J. Pharmacokinetics and Biopharmaceutics 15, 657–680.

    Examples:
        >>> result = tost_means(MeanSample(900, 42.0, 90.0), MeanSample(900, 42.3, 90.0), margin=2)
        >>> result.p_value < 0.001
        True
    """
    reason = _obstacle(a, b)
    if reason is not None:
        return not_computable("tost_means", reason)
    with np.errstate(all="ignore"):
        df = welch_degrees_of_freedom(a, b)
        error = math.hypot(*_standard_errors(a, b))
        nearest = (margin - abs(a.mean - b.mean)) / error
        low, high = _difference_interval(a, b, df=df, alpha=2 * alpha)
        result = TestResult(
            test_name="tost_means",
            statistic=nearest,
            p_value=float(stats.t.sf(nearest, df)),
            log10_p=_log10_one_sided(nearest, df),
            degrees_of_freedom=df,
            difference=a.mean - b.mean,
            ci_low=low,
            ci_high=high,
        )
    return finite(result)


def hedges_g(a: MeanSample, b: MeanSample, *, alpha: float = 0.05) -> tuple[float, float, float]:
    """Return the standardised difference of two means and its interval.

    g = d·(1 − 3/(4N − 9)), d from the pooled standard deviation; standard error √(N/(n₁n₂) + g²/2N).

    Args:
        a: Moments of group a.
        b: Moments of group b.
        alpha: One minus the coverage.

    Returns:
        g, lower limit, upper limit.

    References:
        Hedges, L. V. & Olkin, I. (1985). Statistical Methods for Meta-Analysis. Academic Press.

    Examples:
        >>> [round(x, 3) for x in hedges_g(MeanSample(50, 1.0, 1.0), MeanSample(50, 0.5, 1.0))]
        [0.496, 0.098, 0.894]
    """
    n = a.n + b.n
    pooled = ((a.n - 1) * a.variance + (b.n - 1) * b.variance) / (n - 2)
    g = (a.mean - b.mean) / math.sqrt(pooled) * (1 - 3 / (4 * n - 9))
    half = float(stats.norm.isf(alpha / 2)) * math.sqrt(n / (a.n * b.n) + g**2 / (2 * n))
    return g, g - half, g + half


def welch_degrees_of_freedom(a: MeanSample, b: MeanSample) -> float:
    """Return the Welch–Satterthwaite degrees of freedom of a difference of means."""
    part_a, part_b = (error**2 for error in _standard_errors(a, b))
    scale = max(part_a, part_b)
    part_a, part_b = part_a / scale, part_b / scale
    return (part_a + part_b) ** 2 / (part_a**2 / (a.n - 1) + part_b**2 / (b.n - 1))


def _obstacle(a: MeanSample, b: MeanSample) -> Reason | None:
    if min(a.n, b.n) == 0:
        return "no_such_group"
    if min(a.n, b.n) < 2:
        return "group_too_small"
    if a.is_constant and b.is_constant:
        close = math.isclose(a.mean, b.mean, rel_tol=1e-12)
        return "all_values_equal" if close else "zero_variance"
    return None


def _standard_errors(a: MeanSample, b: MeanSample) -> tuple[float, float]:
    return math.sqrt(a.variance / a.n), math.sqrt(b.variance / b.n)


def _welch(a: MeanSample, b: MeanSample) -> tuple[float, float]:
    result = stats.ttest_ind_from_stats(
        a.mean, math.sqrt(a.variance), a.n, b.mean, math.sqrt(b.variance), b.n, equal_var=False
    )
    return float(result.statistic), float(result.pvalue)


def _difference_interval(a: MeanSample, b: MeanSample, *, df: float, alpha: float) -> tuple[float, float]:
    half = float(stats.t.isf(alpha / 2, df)) * math.hypot(*_standard_errors(a, b))
    return a.mean - b.mean - half, a.mean - b.mean + half


def _log10_one_sided(statistic: float, df: float) -> float:
    if statistic > 0:
        return log10_two_sided(stats.t(df), statistic) - math.log10(2)
    return float(stats.t.logsf(statistic, df)) / math.log(10)
