"""Two groups inside the values of a third attribute: Mantel–Haenszel, Breslow–Day, Gail–Simon, Simpson."""

import math
from typing import Literal

import numpy as np
from scipy import stats
from statsmodels.stats.contingency_tables import StratifiedTable

from bank_churn.statistics.tests.proportions import newcombe_interval, odds_ratio
from bank_churn.statistics.tests.results import TestResult, finite, not_computable
from bank_churn.statistics.tests.samples import FloatArray, ProportionSample, StratifiedSample, Stratum
from bank_churn.statistics.tests.tails import log10_survival

SMALLEST_STRATUM_GROUP = 30
"""Clients each group needs inside a stratum before its direction counts for the Simpson warning."""
SMALLEST_CRUDE_DIFFERENCE = 0.005
"""Crude differences of shares below this are not worth a warning (half a percentage point)."""
LARGEST_KEPT_SHARE = 0.1
"""A difference that keeps at most this share of its log odds ratio is said to disappear."""

SimpsonChange = Literal["reverses", "disappears"]
Direction = Literal["higher", "lower", "unclear"]


def mantel_haenszel_test(sample: StratifiedSample, *, alpha: float = 0.05) -> TestResult:
    """Compare two groups with a third attribute held fixed.

    Args:
        sample: One 2×2 table per stratum; strata without both groups and both outcomes carry no information.
        alpha: One minus the coverage of the interval.

    Returns:
        χ² (1 df, no continuity correction), p, the common odds ratio of a to b with its interval.

    References:
        Mantel, N. & Haenszel, W. (1959). JNCI 22, 719–748.
        Robins, J., Breslow, N. & Greenland, S. (1986). Biometrics 42, 311–323.

    Examples:
        >>> from bank_churn.statistics.tests.samples import ProportionSample
        >>> one = Stratum("true", ProportionSample(100, 30), ProportionSample(100, 40))
        >>> two = Stratum("false", ProportionSample(100, 5), ProportionSample(100, 10))
        >>> round(mantel_haenszel_test(StratifiedSample((one, two))).effect_size, 3)
        0.6
    """
    if not sample.informative:
        return not_computable("mantel_haenszel", "no_usable_strata", effect_size_name="odds_ratio")
    table = _tables(sample)
    with np.errstate(all="ignore"):
        statistic = float(table.test_null_odds(correction=False).statistic)
        ratio = float(table.oddsratio_pooled)
        low, high = (float(x) for x in table.oddsratio_pooled_confint(alpha))
    if not 0 < ratio < math.inf:
        return not_computable("mantel_haenszel", "empty_cell", effect_size_name="odds_ratio")
    distribution = stats.chi2(1)
    result = TestResult(
        test_name="mantel_haenszel",
        statistic=statistic,
        p_value=float(distribution.sf(statistic)),
        log10_p=log10_survival(distribution, statistic),
        degrees_of_freedom=1.0,
        effect_size_name="odds_ratio",
        effect_size=ratio,
        effect_ci_low=low,
        effect_ci_high=high,
    )
    return finite(result)


def breslow_day_test(sample: StratifiedSample) -> TestResult:
    """Test whether the odds ratio is the same in every stratum.

    Args:
        sample: One 2×2 table per stratum; at least two informative strata are needed.

    Returns:
        χ² with (strata − 1) degrees of freedom and its p-value; a small p means the strata disagree.

    References:
        Breslow, N. E. & Day, N. E. (1980). Statistical Methods in Cancer Research I, IARC.
    """
    informative = sample.informative
    if len(informative) < 2:
        return not_computable("breslow_day", "no_usable_strata")
    table = _tables(sample)
    with np.errstate(all="ignore"):
        ratio = float(table.oddsratio_pooled)
        if not 0 < ratio < math.inf:
            return not_computable("breslow_day", "empty_cell")
        if math.isclose(ratio, 1, abs_tol=1e-8):
            statistic = _homogeneity_at_ratio_one(informative)
        else:
            statistic = float(table.test_equal_odds().statistic)
    distribution = stats.chi2(len(informative) - 1)
    result = TestResult(
        test_name="breslow_day",
        statistic=statistic,
        p_value=float(distribution.sf(statistic)),
        log10_p=log10_survival(distribution, statistic),
        degrees_of_freedom=float(len(informative) - 1),
    )
    return finite(result)


def simpson_change(
    sample: StratifiedSample, *, smallest_group: int = SMALLEST_STRATUM_GROUP, alpha: float = 0.05
) -> SimpsonChange | None:
    """Say whether holding the third attribute fixed undoes the comparison (Simpson's paradox).

    Only a crude difference of half a percentage point or more is examined, and only when at least two strata
    have both outcomes and `smallest_group` clients or more of each group. A change needs evidence:

    * `reverses`: the interval of the Mantel–Haenszel odds ratio lies beyond 1 on the other side;
    * `disappears`: the interval of the crude odds ratio leaves out 1, that of Mantel–Haenszel's leaves out
      the crude one, and its logarithm keeps at most a tenth of the crude one's;
    * None: the direction holds, there is nothing to examine, or the data do not tell.

    Args:
        sample: One 2×2 table per stratum.
        smallest_group: Clients each group needs in a stratum that counts.
        alpha: One minus the coverage of the intervals.

    Returns:
        What happens to the crude difference.

    References:
        Simpson, E. H. (1951). JRSS B 13, 238–241. Sprenger, J. & Weinberger, N. (2021). Simpson's Paradox,
        Stanford Encyclopedia of Philosophy (an association that reverses or disappears within strata).

    Examples:
        >>> from bank_churn.statistics.tests.samples import ProportionSample
        >>> one = Stratum("1", ProportionSample(870, 810), ProportionSample(2700, 2340))
        >>> two = Stratum("2", ProportionSample(2630, 1920), ProportionSample(800, 550))
        >>> simpson_change(StratifiedSample((one, two)))
        'reverses'
    """
    a = ProportionSample.pooled(s.a for s in sample.strata)
    b = ProportionSample.pooled(s.b for s in sample.strata)
    crude = a.share - b.share
    if len(usable_strata(sample, smallest_group)) < 2 or not abs(crude) >= SMALLEST_CRUDE_DIFFERENCE:
        return None
    pooled = mantel_haenszel_test(sample, alpha=alpha)
    low, high = pooled.effect_ci_low, pooled.effect_ci_high
    if not pooled.is_computed or math.isnan(low):
        return None
    if (high < 1) if crude > 0 else (low > 1):
        return "reverses"
    ratio, ratio_low, ratio_high = odds_ratio(a, b, alpha=alpha)
    is_real, is_changed = not ratio_low <= 1 <= ratio_high, not low <= ratio <= high
    kept = math.log(pooled.effect_size) / math.log(ratio)
    return "disappears" if is_real and is_changed and kept <= LARGEST_KEPT_SHARE else None


def usable_strata(sample: StratifiedSample, smallest_group: int = SMALLEST_STRATUM_GROUP) -> list[Stratum]:
    """Return the strata with both outcomes and enough clients of each group to speak of a direction."""
    return [s for s in sample.informative if min(s.a.n, s.b.n) >= smallest_group]


def gail_simon_test(sample: StratifiedSample, *, smallest_group: int = SMALLEST_STRATUM_GROUP) -> TestResult:
    """Test whether the direction itself differs between strata (a qualitative interaction).

    The likelihood ratio test of Gail and Simon, on log odds ratios with ½ added to every cell. Its null
    hypothesis is that the difference has one sign in all strata, whatever its size.

    Args:
        sample: One 2×2 table per stratum; those with fewer clients of a group are left out.
        smallest_group: Clients each group needs.

    Returns:
        The smaller of the two sums of squared standardised differences and its p-value.

    References:
        Gail, M. & Simon, R. (1985). Testing for qualitative interactions between treatment effects and
        patient subsets. Biometrics 41, 361–372.

    Examples:
        >>> from bank_churn.statistics.tests.samples import ProportionSample
        >>> one = Stratum("1", ProportionSample(900, 90), ProportionSample(900, 180))
        >>> two = Stratum("2", ProportionSample(900, 180), ProportionSample(900, 90))
        >>> gail_simon_test(StratifiedSample((one, two))).p_value < 1e-6
        True
    """
    usable = usable_strata(sample, smallest_group)
    if len(usable) < 2:
        return not_computable("gail_simon", "no_usable_strata")
    squares = {True: 0.0, False: 0.0}
    for stratum in usable:
        cells = _two_by_two(stratum).ravel() + 0.5
        log_ratio = math.log(cells[0] * cells[3] / (cells[1] * cells[2]))
        squares[log_ratio > 0] += log_ratio**2 / float((1 / cells).sum())
    statistic, others = min(squares.values()), len(usable) - 1
    weights = stats.binom(others, 0.5).pmf(np.arange(1, others + 1))
    tails = [log10_survival(stats.chi2(df), statistic) for df in range(1, others + 1)]
    log10_p = _log10_sum(np.log10(weights) + np.array(tails)) if statistic > 0 else 0.0
    return finite(
        TestResult(test_name="gail_simon", statistic=statistic, p_value=10**log10_p, log10_p=log10_p)
    )


def directions(
    sample: StratifiedSample, *, smallest_group: int = SMALLEST_STRATUM_GROUP, alpha: float = 0.05
) -> dict[Direction, list[Stratum]]:
    """Sort strata by where the share of group a surely lies: above b's, below it, or not to be told.

    The intervals (Newcombe's) hold for all strata together: each covers 1 − alpha / number of usable strata.

    Args:
        sample: One 2×2 table per stratum.
        smallest_group: Clients each group needs; a smaller stratum is `unclear`.
        alpha: Level for all strata together.

    Returns:
        The strata of each kind, in their order; those without both groups are in none.
    """
    usable = usable_strata(sample, smallest_group)
    found: dict[Direction, list[Stratum]] = {"higher": [], "lower": [], "unclear": []}
    for stratum in sample.strata:
        if min(stratum.a.n, stratum.b.n) == 0:
            continue
        low, high = -1.0, 1.0
        if stratum in usable:
            low, high = newcombe_interval(stratum.a, stratum.b, alpha=alpha / len(usable))
        found["higher" if low > 0 else "lower" if high < 0 else "unclear"].append(stratum)
    return found


def _log10_sum(logarithms: FloatArray) -> float:
    """Add numbers given by their decimal logarithms."""
    largest = float(logarithms.max())
    return min(0.0, largest + math.log10(float((10 ** (logarithms - largest)).sum())))


def _homogeneity_at_ratio_one(strata: tuple[Stratum, ...]) -> float:
    """Breslow–Day's χ² where the common odds ratio is 1, which statsmodels divides by zero."""
    statistic = 0.0
    for s in strata:
        n, successes = s.a.n + s.b.n, s.a.successes + s.b.successes
        expected = s.a.n * successes / n
        cells = (expected, s.a.n - expected, successes - expected, s.b.n - successes + expected)
        statistic += (s.a.successes - expected) ** 2 * sum(1 / cell for cell in cells)
    return statistic


def _tables(sample: StratifiedSample) -> StratifiedTable:
    return StratifiedTable([_two_by_two(stratum) for stratum in sample.informative])


def _two_by_two(stratum: Stratum) -> np.ndarray:
    a, b = stratum.a, stratum.b
    return np.array([[a.successes, a.failures], [b.successes, b.failures]], dtype=np.float64)
