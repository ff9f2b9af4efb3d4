"""One comparison from its samples: primary test, companion, equivalence, smallest detectable effect.

| primary          | companion                                             |
|------------------|-------------------------------------------------------|
| Welch t          | Mann–Whitney, Cliff's delta                           |
| Mann–Whitney     | Welch t, Hedges' g                                    |
| z of proportions | Fisher's exact test, odds ratio (and the other way)   |
| Welch ANOVA      | Kruskal–Wallis, ε²                                    |
| Kruskal–Wallis   | Welch ANOVA, ω²                                       |
| χ²               | G test                                                |

A comparison of ranks reports means as its estimates and Welch's interval of their difference, beside
Cliff's delta.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

from bank_churn.statistics.tests.anova import welch_anova
from bank_churn.statistics.tests.association import chi_square_test, g_test
from bank_churn.statistics.tests.means import tost_means, welch_t_test
from bank_churn.statistics.tests.power import smallest_detectable_association, smallest_detectable_effect
from bank_churn.statistics.tests.proportions import (
    fisher_exact_test,
    odds_ratio,
    proportions_z_test,
    tost_proportions,
    two_proportions_test,
)
from bank_churn.statistics.tests.rank_samples import GroupRanks, RankSample
from bank_churn.statistics.tests.ranks import kruskal_wallis_test, mann_whitney_test
from bank_churn.statistics.tests.results import TestResult, finite, not_computable
from bank_churn.statistics.tests.samples import ContingencyTable, MeanSample, ProportionSample


@dataclass(frozen=True)
class Comparison:
    """Everything computed for one comparison before the correction for many tests.

    Attributes:
        primary: The test that decides.
        companion: The same question by another method.
        equivalence: TOST, when a margin is registered.
        group_sizes: Clients of each group with a known metric (group a first).
        estimates: Mean or share of each group.
        smallest_detectable_effect: On the scale of the primary effect size.
    """

    primary: TestResult
    companion: TestResult | None
    equivalence: TestResult | None
    group_sizes: tuple[int, ...]
    estimates: tuple[float, ...]
    smallest_detectable_effect: float


def compare_means(
    a: MeanSample,
    b: MeanSample,
    ranks: RankSample | None,
    *,
    primary: Literal["welch_t", "mann_whitney"],
    margin: float | None = None,
    alpha: float = 0.05,
) -> Comparison:
    """Compare a number between two groups, by means or by ranks."""
    welch = welch_t_test(a, b, alpha=alpha)
    if ranks is None:
        mann_whitney = not_computable("mann_whitney", "no_rank_sums", effect_size_name="cliffs_delta")
    else:
        mann_whitney = mann_whitney_test(ranks, alpha=alpha)
    if primary == "welch_t":
        first, second = welch, mann_whitney
    else:
        limits = {"difference": welch.difference, "ci_low": welch.ci_low, "ci_high": welch.ci_high}
        first, second = replace(mann_whitney, **limits), welch  # type: ignore[arg-type]
    effect: Literal["hedges_g", "cliffs_delta"] = "hedges_g" if primary == "welch_t" else "cliffs_delta"
    return Comparison(
        primary=first,
        companion=second,
        equivalence=tost_means(a, b, margin=margin, alpha=alpha) if margin else None,
        group_sizes=(a.n, b.n),
        estimates=(a.mean, b.mean),
        smallest_detectable_effect=smallest_detectable_effect(effect, n_a=a.n, n_b=b.n, alpha=alpha),
    )


def compare_proportions(
    a: ProportionSample, b: ProportionSample, *, margin: float | None = None, alpha: float = 0.05
) -> Comparison:
    """Compare the share of a yes/no attribute between two groups."""
    primary = two_proportions_test(a, b, alpha=alpha)
    other = proportions_z_test if primary.test_name == "fisher_exact" else fisher_exact_test
    return Comparison(
        primary=primary,
        companion=_with_odds_ratio(other(a, b, alpha=alpha), a, b, alpha=alpha),
        equivalence=tost_proportions(a, b, margin=margin, alpha=alpha) if margin else None,
        group_sizes=(a.n, b.n),
        estimates=(a.share, b.share),
        smallest_detectable_effect=smallest_detectable_effect("cohens_h", n_a=a.n, n_b=b.n, alpha=alpha),
    )


def compare_many_means(
    groups: tuple[MeanSample, ...],
    ranks: GroupRanks | None,
    *,
    primary: Literal["welch_anova", "kruskal_wallis"],
    alpha: float = 0.05,
) -> Comparison:
    """Compare a number between any number of groups, by means or by ranks."""
    anova = welch_anova(groups, alpha=alpha)
    if ranks is None:
        kruskal = not_computable("kruskal_wallis", "no_rank_sums", effect_size_name="epsilon_squared")
    else:
        kruskal = kruskal_wallis_test(ranks, alpha=alpha)
    first, second = (anova, kruskal) if primary == "welch_anova" else (kruskal, anova)
    effect: Literal["omega_squared", "epsilon_squared"]
    effect = "omega_squared" if primary == "welch_anova" else "epsilon_squared"
    sizes = tuple(group.n for group in groups)
    return Comparison(
        primary=first,
        companion=second,
        equivalence=None,
        group_sizes=sizes,
        estimates=tuple(group.mean for group in groups),
        smallest_detectable_effect=smallest_detectable_association(
            effect, n=sum(sizes), group_count=sum(size > 0 for size in sizes), alpha=alpha
        ),
    )


def compare_distributions(
    table: ContingencyTable, estimates: tuple[float, ...], *, alpha: float = 0.05
) -> Comparison:
    """Compare how clients spread over values between any number of groups."""
    counts = table.filled()
    return Comparison(
        primary=chi_square_test(table, alpha=alpha),
        companion=g_test(table),
        equivalence=None,
        group_sizes=tuple(sum(row) for row in table.counts),
        estimates=estimates,
        smallest_detectable_effect=smallest_detectable_association(
            "cramers_v",
            n=int(counts.sum()),
            group_count=counts.shape[0],
            value_count=counts.shape[1],
            alpha=alpha,
        ),
    )


def _with_odds_ratio(
    result: TestResult, a: ProportionSample, b: ProportionSample, *, alpha: float
) -> TestResult:
    if not result.is_computed:
        return replace(result, effect_size_name="odds_ratio", effect_size=math.nan)
    ratio, low, high = odds_ratio(a, b, alpha=alpha)
    named = replace(result, effect_size_name="odds_ratio", effect_size=ratio)
    return finite(replace(named, effect_ci_low=low, effect_ci_high=high))
