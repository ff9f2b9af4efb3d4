"""Tests of ranks: Mann–Whitney with Cliff's delta, Kruskal–Wallis with epsilon squared."""

import math

import numpy as np
from scipy import optimize, stats

from bank_churn.statistics.tests.noncentrality import noncentral_chi2_interval
from bank_churn.statistics.tests.rank_samples import GroupRanks, RankSample
from bank_churn.statistics.tests.results import TestResult, finite, not_computable
from bank_churn.statistics.tests.tails import log10_survival, two_sided_normal
from bank_churn.words.reasons import Reason


def mann_whitney_test(ranks: RankSample, *, alpha: float = 0.05) -> TestResult:
    """Test whether clients of one group tend to have larger values than those of the other.

    Normal approximation with corrections for ties and continuity.

    Args:
        ranks: Rank sums of the two groups.
        alpha: One minus the coverage of the interval of Cliff's delta.

    Returns:
        U of group a, two-sided p, Cliff's delta with the Brunner–Munzel interval.

    References:
        Mann, H. B. & Whitney, D. R. (1947). Annals of Mathematical Statistics 18, 50–60.

    Examples:
        >>> ranks = RankSample.from_value_counts(values=[1, 2, 3], counts_a=[5, 10, 25], counts_b=[25, 10, 5])
        >>> result = mann_whitney_test(ranks)
        >>> result.statistic, round(result.effect_size, 3), result.p_value < 1e-6
        (1300.0, 0.625, True)
    """
    reason = _obstacle(ranks)
    if reason is not None:
        return not_computable("mann_whitney", reason, effect_size_name="cliffs_delta")
    n, pairs = ranks.n_a + ranks.n_b, ranks.n_a * ranks.n_b
    sigma = math.sqrt(pairs / 12 * (n + 1 - ranks.tie_term / (n * (n - 1))))
    excess = max(0.0, abs(ranks.placement_sum_a - pairs / 2) - 0.5)
    p_value, log10_p = two_sided_normal(excess / sigma)
    delta, low, high = cliffs_delta(ranks, alpha=alpha)
    result = TestResult(
        test_name="mann_whitney",
        statistic=ranks.placement_sum_a,
        p_value=p_value,
        log10_p=log10_p,
        effect_size_name="cliffs_delta",
        effect_size=delta,
        effect_ci_low=low,
        effect_ci_high=high,
    )
    return finite(result)


def cliffs_delta(ranks: RankSample, *, alpha: float = 0.05) -> tuple[float, float, float]:
    """Return P(a > b) − P(a < b) and the Brunner–Munzel interval, clipped to −1..1."""
    pairs = ranks.n_a * ranks.n_b
    delta = 2 * ranks.placement_sum_a / pairs - 1
    part_a = _placement_variance(ranks.n_a, ranks.placement_sum_a, ranks.placement_square_sum_a)
    part_b = _placement_variance(ranks.n_b, ranks.placement_sum_b, ranks.placement_square_sum_b)
    part_a, part_b = part_a / (ranks.n_a * ranks.n_b**2), part_b / (ranks.n_b * ranks.n_a**2)
    variance = part_a + part_b
    if variance <= 0:
        reach = _reach_of_separation(ranks.n_a, ranks.n_b, alpha=alpha)
        return (1.0, reach, 1.0) if delta > 0 else (-1.0, -1.0, -reach)
    df = variance**2 / (part_a**2 / (ranks.n_a - 1) + part_b**2 / (ranks.n_b - 1))
    half = 2 * float(stats.t.isf(alpha / 2, df)) * math.sqrt(variance)
    return delta, max(-1.0, delta - half), min(1.0, delta + half)


def _reach_of_separation(n_a: int, n_b: int, *, alpha: float) -> float:
    """Return how small |delta| may be, though no client of one group is among those of the other."""
    z, pairs, others = float(stats.norm.isf(alpha / 2)), n_a * n_b, (n_a + n_b) / 2 - 1

    def excess(theta: float) -> float:
        spread = (
            theta * (1 - theta) / pairs * (1 + others * ((1 - theta) / (2 - theta) + theta / (1 + theta)))
        )
        return (1 - theta) - z * math.sqrt(spread)

    return 2 * float(optimize.brentq(excess, 0.0, 1 - 1e-12)) - 1


def kruskal_wallis_test(ranks: GroupRanks, *, alpha: float = 0.05) -> TestResult:
    """Test whether some groups tend to have larger values than others.

    The interval of ε² inverts the noncentral χ² of H: λ/(N − 1), widened where needed to hold the estimate.

    Args:
        ranks: Rank sums of the groups; empty groups are left out.
        alpha: One minus the coverage of the interval of ε².

    Returns:
        H corrected for ties, p from χ² with k − 1 degrees of freedom, ε² = H/(N − 1) with its interval.

    References:
        Kruskal, W. H. & Wallis, W. A. (1952). JASA 47, 583–621.
        Tomczak, M. & Tomczak, E. (2014). Trends in Sport Sciences 21, 19–25.

    Examples:
        >>> result = kruskal_wallis_test(GroupRanks((3, 3), (6.0, 15.0), 0.0))
        >>> round(result.statistic, 3), round(result.p_value, 3)
        (3.857, 0.05)
    """
    counts, sums = np.array(ranks.counts, dtype=float), np.array(ranks.rank_sums, dtype=float)
    counts, sums = counts[counts > 0], sums[counts > 0]
    n = counts.sum()
    if len(counts) < 2 or n <= len(counts):
        reason: Reason = "fewer_than_two_groups" if len(counts) < 2 else "group_too_small"
        return not_computable("kruskal_wallis", reason, effect_size_name="epsilon_squared")
    untied = 1 - ranks.tie_term / (n**3 - n)
    if untied <= 1e-15:
        return not_computable("kruskal_wallis", "all_values_equal", effect_size_name="epsilon_squared")
    h = 12 / (n * (n + 1)) * float(counts @ (sums / counts - (n + 1) / 2) ** 2) / untied
    distribution = stats.chi2(len(counts) - 1)
    low, high = noncentral_chi2_interval(float(h), df=len(counts) - 1, alpha=alpha)
    effect = float(h / (n - 1))
    result = TestResult(
        test_name="kruskal_wallis",
        statistic=float(h),
        p_value=float(distribution.sf(h)),
        log10_p=log10_survival(distribution, float(h)),
        degrees_of_freedom=float(len(counts) - 1),
        effect_size_name="epsilon_squared",
        effect_size=effect,
        effect_ci_low=min(effect, low / (n - 1)),
        effect_ci_high=min(1.0, max(effect, high / (n - 1))),
    )
    return finite(result)


def _obstacle(ranks: RankSample) -> Reason | None:
    n = ranks.n_a + ranks.n_b
    if min(ranks.n_a, ranks.n_b) == 0:
        return "no_such_group"
    if min(ranks.n_a, ranks.n_b) < 2:
        return "group_too_small"
    if ranks.tie_term >= n**3 - n:
        return "all_values_equal"
    return None


def _placement_variance(n: int, total: float, square_total: float) -> float:
    return max(0.0, square_total - total**2 / n) / (n - 1)
