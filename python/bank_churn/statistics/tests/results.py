"""The one result type of every test, and the rules that keep it honest."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from bank_churn.words.reasons import Reason

TestName = Literal[
    "welch_t",
    "tost_means",
    "tost_proportions",
    "mann_whitney",
    "two_proportions_z",
    "fisher_exact",
    "welch_anova",
    "kruskal_wallis",
    "chi_square",
    "g_test",
    "mantel_haenszel",
    "breslow_day",
    "gail_simon",
]
EffectName = Literal[
    "hedges_g",
    "cliffs_delta",
    "cohens_h",
    "cramers_v",
    "omega_squared",
    "epsilon_squared",
    "odds_ratio",
    "risk_ratio",
]


@dataclass(frozen=True)
class TestResult:
    """What a test says. Every test is two-sided except the two TOST, which are pairs of one-sided tests.

    A figure that cannot be computed is nan and `reason` says why; no figure is ever infinite.

    Attributes:
        test_name: The test that was run.
        statistic: Its statistic: t, U of group a, z, F, H, χ²; for Fisher's exact test the successes in a.
        p_value: 0 to 1; may underflow to 0, in which case `log10_p` still orders results.
        log10_p: Decimal logarithm of the p-value.
        degrees_of_freedom: Of the statistic (of the denominator for F).
        difference: Estimate of a minus estimate of b, in the metric's unit.
        ci_low: Lower limit of the interval of the difference.
        ci_high: Upper limit of the interval of the difference.
        effect_size_name: The effect size that belongs to the test.
        effect_size: Its value, from the uncorrected statistic; signed a minus b where it has a sign.
        effect_ci_low: Lower limit of its interval.
        effect_ci_high: Upper limit of its interval.
        reason: Why figures are missing, or a caution.
    """

    __test__: ClassVar[bool] = False

    test_name: TestName
    statistic: float = math.nan
    p_value: float = math.nan
    log10_p: float = math.nan
    degrees_of_freedom: float = math.nan
    difference: float = math.nan
    ci_low: float = math.nan
    ci_high: float = math.nan
    effect_size_name: EffectName | None = None
    effect_size: float = math.nan
    effect_ci_low: float = math.nan
    effect_ci_high: float = math.nan
    reason: Reason | None = None

    @property
    def is_computed(self) -> bool:
        """Whether there is a p-value."""
        return not math.isnan(self.p_value)


def not_computable(
    test_name: TestName, reason: Reason, *, effect_size_name: EffectName | None = None
) -> TestResult:
    """Return the result of a test that cannot be run: nan everywhere and the reason.

    Examples:
        >>> not_computable("welch_t", "group_too_small").is_computed
        False
    """
    return TestResult(test_name=test_name, reason=reason, effect_size_name=effect_size_name)


def finite(result: TestResult) -> TestResult:
    """Make sure that nothing infinite or half-computed leaves a test.

    Args:
        result: A freshly computed result.

    Returns:
        The result; with infinite limits as nan; wholly nan when statistic, p-value or effect is not finite.
    """
    core = [result.statistic, result.p_value, result.log10_p]
    if result.effect_size_name is not None:
        core.append(result.effect_size)
    if not all(math.isfinite(figure) for figure in core):
        name = result.effect_size_name
        return not_computable(result.test_name, result.reason or "out_of_range", effect_size_name=name)
    limits = ("difference", "ci_low", "ci_high", "effect_ci_low", "effect_ci_high")
    infinite = {name: math.nan for name in limits if math.isinf(getattr(result, name))}
    return replace(result, **infinite)  # type: ignore[arg-type]
