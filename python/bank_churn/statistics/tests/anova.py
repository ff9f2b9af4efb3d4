"""More than two means: Welch's analysis of variance."""

from collections.abc import Sequence

import numpy as np
from scipy import stats
from statsmodels.stats.oneway import anova_generic

from bank_churn.statistics.tests.noncentrality import noncentral_f_interval
from bank_churn.statistics.tests.results import TestResult, finite, not_computable
from bank_churn.statistics.tests.samples import MeanSample
from bank_churn.statistics.tests.tails import log10_survival
from bank_churn.words.reasons import Reason


def welch_anova(groups: Sequence[MeanSample], *, alpha: float = 0.05) -> TestResult:
    """Compare the means of several groups without assuming equal variances.

    The effect size is ω² = df₁(F − 1) / (df₁(F − 1) + N), not below 0: the share of the metric's variation
    that goes with the groups, corrected for chance. Its interval inverts the noncentral F: λ/(λ + N).

    Args:
        groups: Moments of each group; empty groups are left out.
        alpha: One minus the coverage of the interval of ω².

    Returns:
        F, p, ω² with its interval.

    References:
        Welch, B. L. (1951). Biometrika 38, 330–336.
        Carroll, R. M. & Nordholm, L. A. (1975). Educational and Psychological Measurement 35, 541–554.

    Examples:
        >>> groups = [MeanSample(100, 40.0, 90.0), MeanSample(100, 42.0, 90.0), MeanSample(100, 45.0, 90.0)]
        >>> result = welch_anova(groups)
        >>> round(result.statistic, 3), round(result.effect_size, 3)
        (7.013, 0.039)
    """
    filled = [group for group in groups if group.n > 0]
    reason = _obstacle(filled)
    if reason is not None:
        return not_computable("welch_anova", reason, effect_size_name="omega_squared")
    n = sum(group.n for group in filled)
    with np.errstate(all="ignore"):
        test = anova_generic(
            np.array([group.mean for group in filled]),
            np.array([group.variance for group in filled]),
            np.array([float(group.n) for group in filled]),
            use_var="unequal",
        )
        f, df_between, df_within = float(test.statistic), float(test.df_num), float(test.df_denom)
        explained = max(0.0, df_between * (f - 1))
        low, high = noncentral_f_interval(f, df_between=df_between, df_within=df_within, alpha=alpha)
        result = TestResult(
            test_name="welch_anova",
            statistic=f,
            p_value=float(test.pvalue),
            log10_p=log10_survival(stats.f(df_between, df_within), f),
            degrees_of_freedom=df_within,
            effect_size_name="omega_squared",
            effect_size=explained / (explained + n),
            effect_ci_low=low / (low + n),
            effect_ci_high=high / (high + n),
        )
    return finite(result)


def _obstacle(groups: Sequence[MeanSample]) -> Reason | None:
    if len(groups) < 2:
        return "fewer_than_two_groups"
    if any(group.n < 2 for group in groups):
        return "group_too_small"
    constant = [group.is_constant for group in groups]
    if all(constant) and np.allclose([group.mean for group in groups], groups[0].mean, rtol=1e-12, atol=0):
        return "all_values_equal"
    return "zero_variance" if any(constant) else None
