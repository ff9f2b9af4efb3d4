"""Two proportions: z or Fisher's exact test, Newcombe's interval, Cohen's h, ratios, equivalence."""

import math
from bisect import bisect_left

import numpy as np
from scipy import special, stats
from statsmodels.stats.contingency_tables import Table2x2
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    proportion_effectsize,
    proportions_ztest,
    tost_proportions_2indep,
)

from bank_churn.statistics.tests.results import TestResult, finite, not_computable
from bank_churn.statistics.tests.samples import ContingencyTable, ProportionSample
from bank_churn.statistics.tests.tails import two_sided_normal
from bank_churn.words.reasons import Reason

SMALLEST_EXPECTED_COUNT = 5.0
"""Below this expected count in any cell the exact test replaces the z test (Cochran 1954)."""


def two_proportions_test(a: ProportionSample, b: ProportionSample, *, alpha: float = 0.05) -> TestResult:
    """Compare two proportions: pooled z test, or Fisher's exact test when an expected count is below 5.

    Args:
        a: Counts of group a.
        b: Counts of group b.
        alpha: One minus the coverage of the intervals.

    Returns:
        The test, the difference of proportions with Newcombe's interval, Cohen's h with its interval.

    References:
        Newcombe, R. G. (1998). Statistics in Medicine 17, 873–890 (method 10).
        Cohen, J. (1988). Statistical Power Analysis, ch. 6.

    Examples:
        >>> result = two_proportions_test(ProportionSample(200, 60), ProportionSample(300, 60))
        >>> result.test_name, round(result.statistic, 3), round(result.difference, 2)
        ('two_proportions_z', 2.565, 0.1)
        >>> two_proportions_test(ProportionSample(4, 4), ProportionSample(300, 60)).test_name
        'fisher_exact'
    """
    if smallest_expected_count(a, b) < SMALLEST_EXPECTED_COUNT:
        return fisher_exact_test(a, b, alpha=alpha)
    return proportions_z_test(a, b, alpha=alpha)


def proportions_z_test(a: ProportionSample, b: ProportionSample, *, alpha: float = 0.05) -> TestResult:
    """Compare two proportions by the z test with a pooled variance; see `two_proportions_test`."""
    reason = _obstacle(a, b)
    if reason is not None:
        return not_computable("two_proportions_z", reason, effect_size_name="cohens_h")
    z = float(proportions_ztest([a.successes, b.successes], [a.n, b.n])[0])
    p_value, log10_p = two_sided_normal(z)
    result = TestResult("two_proportions_z", statistic=z, p_value=p_value, log10_p=log10_p)
    return _with_effects(result, a, b, alpha=alpha)


def fisher_exact_test(a: ProportionSample, b: ProportionSample, *, alpha: float = 0.05) -> TestResult:
    """Compare two proportions by Fisher's exact test; the statistic is the number of successes in a."""
    reason = _obstacle(a, b)
    if reason is not None:
        return not_computable("fisher_exact", reason, effect_size_name="cohens_h")
    p_value = min(1.0, float(stats.fisher_exact(_table(a, b))[1]))
    log10_p = math.log10(p_value) if p_value > 1e-290 else _log10_fisher(a, b)
    result = TestResult("fisher_exact", statistic=float(a.successes), p_value=p_value, log10_p=log10_p)
    return _with_effects(result, a, b, alpha=alpha)


def tost_proportions(
    a: ProportionSample, b: ProportionSample, *, margin: float, alpha: float = 0.05
) -> TestResult:
    """Test whether two proportions are closer than a margin (two one-sided score tests).

    Args:
        a: Counts of group a.
        b: Counts of group b.
        margin: Largest difference of proportions that does not matter, 0 to 1.
        alpha: Level; the interval of the difference covers 1 − 2·alpha.

    Returns:
        The larger of the two one-sided p-values; small means equivalent.

    References:
        Farrington, C. P. & Manning, G. (1990). Statistics in Medicine 9, 1447–1454.

    Examples:
        >>> a, b = ProportionSample(4000, 800), ProportionSample(4000, 808)
        >>> tost_proportions(a, b, margin=0.05).p_value < 0.01
        True
    """
    reason = _obstacle(a, b)
    if reason is not None:
        return not_computable("tost_proportions", reason)
    with np.errstate(all="ignore"):
        test = tost_proportions_2indep(a.successes, a.n, b.successes, b.n, -margin, margin, method="score")
        worst = max(test.results_larger, test.results_smaller, key=lambda one: float(one.pvalue))
        z = abs(float(worst.statistic)) if float(worst.pvalue) < 0.5 else -abs(float(worst.statistic))
    low, high = newcombe_interval(a, b, alpha=2 * alpha)
    result = TestResult(
        test_name="tost_proportions",
        statistic=z,
        p_value=float(stats.norm.sf(z)),
        log10_p=float(stats.norm.logsf(z)) / math.log(10),
        difference=a.share - b.share,
        ci_low=low,
        ci_high=high,
    )
    return finite(result)


def newcombe_interval(a: ProportionSample, b: ProportionSample, *, alpha: float) -> tuple[float, float]:
    """Return Newcombe's interval of the difference of two proportions (a minus b)."""
    low, high = confint_proportions_2indep(
        a.successes, a.n, b.successes, b.n, method="newcomb", compare="diff", alpha=alpha
    )
    return float(low), float(high)


def cohens_h(a: ProportionSample, b: ProportionSample, *, alpha: float = 0.05) -> tuple[float, float, float]:
    """Return the difference of arcsine-transformed proportions and its interval.

    Returns:
        h, lower limit, upper limit; the standard error is √(1/n₁ + 1/n₂) whatever the proportions.

    Examples:
        >>> [round(x, 3) for x in cohens_h(ProportionSample(200, 60), ProportionSample(300, 60))]
        [0.232, 0.053, 0.411]
    """
    h = float(proportion_effectsize(a.share, b.share))
    half = float(stats.norm.isf(alpha / 2)) * math.sqrt(1 / a.n + 1 / b.n)
    return h, h - half, h + half


def odds_ratio(
    a: ProportionSample, b: ProportionSample, *, alpha: float = 0.05
) -> tuple[float, float, float]:
    """Return the odds ratio of a to b and its interval (½ added to cells when one is empty)."""
    table = Table2x2(_table(a, b), shift_zeros=True)
    low, high = table.oddsratio_confint(alpha)
    return float(table.oddsratio), float(low), float(high)


def risk_ratio(
    a: ProportionSample, b: ProportionSample, *, alpha: float = 0.05
) -> tuple[float, float, float]:
    """Return the ratio of proportions of a to b and its interval (½ added to cells when one is empty)."""
    table = Table2x2(_table(a, b), shift_zeros=True)
    low, high = table.riskratio_confint(alpha)
    return float(table.riskratio), float(low), float(high)


def smallest_expected_count(a: ProportionSample, b: ProportionSample) -> float:
    """Return the smallest expected cell count of the 2×2 table (0 when a margin is empty)."""
    n, successes = a.n + b.n, a.successes + b.successes
    return min(a.n, b.n) * min(successes, n - successes) / n if n else 0.0


def _with_effects(
    result: TestResult, a: ProportionSample, b: ProportionSample, *, alpha: float
) -> TestResult:
    low, high = newcombe_interval(a, b, alpha=alpha)
    effect, effect_low, effect_high = cohens_h(a, b, alpha=alpha)
    return finite(
        TestResult(
            test_name=result.test_name,
            statistic=result.statistic,
            p_value=result.p_value,
            log10_p=result.log10_p,
            difference=a.share - b.share,
            ci_low=low,
            ci_high=high,
            effect_size_name="cohens_h",
            effect_size=effect,
            effect_ci_low=effect_low,
            effect_ci_high=effect_high,
        )
    )


def _obstacle(a: ProportionSample, b: ProportionSample) -> Reason | None:
    if min(a.n, b.n) == 0:
        return "no_such_group"
    if a.successes + b.successes in (0, a.n + b.n):
        return "all_values_equal"
    return None


def _table(a: ProportionSample, b: ProportionSample) -> np.ndarray:
    return np.array(ContingencyTable.from_proportions([a, b]).counts)


def _log10_fisher(a: ProportionSample, b: ProportionSample) -> float:
    """Sum the hypergeometric probabilities no larger than the observed one, as logarithms.

    They fall away from the mode on both sides, so each side begins where it comes down to the observed one.
    Where this function is needed, ten standard deviations further on they add nothing; among many clients the
    whole support would be as long as they are many.
    """
    n, successes = a.n + b.n, a.successes + b.successes
    low, high = max(0, successes - b.n), min(a.n, successes)
    known = stats.hypergeom(n, successes, a.n)
    mode = (successes + 1) * (a.n + 1) // (n + 2)
    reach = 100 + int(10 * float(known.std()))
    limit = float(known.logpmf(a.successes)) + 1e-7
    terms = []
    for side in (range(mode, low - 1, -1), range(mode + 1, high + 1)):
        start = bisect_left(side, x=True, key=lambda value: bool(known.logpmf(value) <= limit))
        terms.append(known.logpmf(np.array(side[start : start + reach], dtype=np.int64)))
    return float(special.logsumexp(np.concatenate(terms))) / math.log(10)
