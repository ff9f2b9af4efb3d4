"""The figures of one registered hypothesis on one portfolio, before the correction for many tests."""

from __future__ import annotations

import math

from statsmodels.stats.proportion import proportion_confint

from bank_churn.statistics.judgement.figures import Row, comparison_row
from bank_churn.statistics.judgement.frames import (
    Groups,
    PortfolioStatistics,
    pick_groups,
    ranks_from_counts,
    table_from_counts,
)
from bank_churn.statistics.registry.hypotheses import Hypothesis
from bank_churn.statistics.tests.comparisons import (
    Comparison,
    compare_distributions,
    compare_many_means,
    compare_means,
    compare_proportions,
)
from bank_churn.statistics.tests.samples import ContingencyTable, ProportionSample, StratifiedSample, Stratum
from bank_churn.statistics.tests.stratified import (
    breslow_day_test,
    directions,
    gail_simon_test,
    mantel_haenszel_test,
    simpson_change,
)


def hypothesis_row(
    hypothesis: Hypothesis, statistics: PortfolioStatistics, *, alpha: float, small_group_size: int
) -> Row:
    """Compute the figures of one hypothesis on one portfolio, before correction."""
    many = hypothesis.has_many_groups
    names = _group_names(hypothesis, statistics)
    compare = _compare_many if many else _compare_two
    comparison = compare(hypothesis, statistics, names, alpha=alpha)
    row = comparison_row(comparison, many_groups=many, small_group_size=small_group_size)
    row |= {
        "hypothesis_id": hypothesis.hypothesis_id,
        "statement_ru": hypothesis.statement_ru,
        "statement_en": hypothesis.statement_en,
        "metric": hypothesis.metric,
        "kind": hypothesis.kind,
        "group_attribute": hypothesis.group_attribute,
        "group_a": "|".join(hypothesis.group_a),
        "group_b": "|".join(hypothesis.group_b) or None,
        "filter": str(hypothesis.filter) if hypothesis.filter else None,
        "equivalence_margin": hypothesis.equivalence_margin,
        "equivalence_p_value": comparison.equivalence.p_value if comparison.equivalence else math.nan,
    }
    if hypothesis.primary_test == "two_proportions":
        row |= share_of_a(comparison)
    if statistics.is_unknown(hypothesis.metric, hypothesis.filter):
        row |= {"reason": "metric_unknown", "companion_reason": "metric_unknown"}
    if many:
        row |= _extremes(names, comparison, small_group_size)
    if hypothesis.stratify_by:
        row |= _stratified_columns(hypothesis, statistics, alpha=alpha)
    return row


def share_of_a(comparison: Comparison) -> Row:
    """Say how large a part of all clients with the attribute belongs to group a, with Wilson's interval.

    The other way to look at the same table: 74 % of men hold a card, and 54 % of card holders are men.
    """
    (n_a, n_b), (share_a, share_b) = comparison.group_sizes, comparison.estimates
    if not n_a or not n_b:
        return {}
    successes = round(n_a * share_a), round(n_b * share_b)
    if not sum(successes):
        return {}
    low, high = proportion_confint(successes[0], sum(successes), alpha=0.05, method="wilson")
    return {
        "share_of_a": successes[0] / sum(successes),
        "share_of_a_ci_low": float(low),
        "share_of_a_ci_high": float(high),
    }


def _group_names(hypothesis: Hypothesis, statistics: PortfolioStatistics) -> tuple[str, ...]:
    if hypothesis.group_a == ("all",):
        return tuple(sorted(_groups(hypothesis, statistics)))
    return hypothesis.group_a


def _groups(hypothesis: Hypothesis, statistics: PortfolioStatistics) -> Groups:
    return statistics.groups(hypothesis.metric, hypothesis.group_attribute, hypothesis.filter)


def _compare_two(
    hypothesis: Hypothesis, statistics: PortfolioStatistics, names: tuple[str, ...], *, alpha: float
) -> Comparison:
    groups = _groups(hypothesis, statistics)
    a, b = pick_groups(groups, names, hypothesis.group_b)
    margin = hypothesis.equivalence_margin
    if hypothesis.primary_test == "two_proportions":
        shares = ProportionSample.from_moments(a), ProportionSample.from_moments(b)
        return compare_proportions(*shares, margin=margin, alpha=alpha)
    ranks = statistics.rank_sums.get(hypothesis.hypothesis_id)
    if ranks is None and hypothesis.filter is None:
        counts = statistics.value_counts.get((hypothesis.metric, hypothesis.group_attribute), {})
        ranks = ranks_from_counts(counts, names, hypothesis.group_b)
    primary = "welch_t" if hypothesis.primary_test == "welch_t" else "mann_whitney"
    return compare_means(a, b, ranks, primary=primary, margin=margin, alpha=alpha)  # type: ignore[arg-type]


def _compare_many(
    hypothesis: Hypothesis, statistics: PortfolioStatistics, names: tuple[str, ...], *, alpha: float
) -> Comparison:
    groups = _groups(hypothesis, statistics)
    samples = tuple(pick_groups(groups, (name,), ())[0] for name in names)
    if hypothesis.primary_test == "chi_square":
        if hypothesis.is_share:
            table = ContingencyTable.from_proportions(ProportionSample.from_moments(s) for s in samples)
        else:
            counts = statistics.value_counts.get((hypothesis.metric, hypothesis.group_attribute), {})
            table = table_from_counts(counts, names)
        return compare_distributions(table, tuple(sample.mean for sample in samples), alpha=alpha)
    ranks = statistics.group_ranks.get(hypothesis.hypothesis_id)
    primary = "welch_anova" if hypothesis.primary_test == "welch_anova" else "kruskal_wallis"
    return compare_many_means(samples, ranks, primary=primary, alpha=alpha)  # type: ignore[arg-type]


def _extremes(names: tuple[str, ...], comparison: Comparison, small_group_size: int) -> Row:
    """Name the highest and the lowest group among those with enough clients to be ranked."""
    ranked = [
        (estimate, name)
        for name, size, estimate in zip(names, comparison.group_sizes, comparison.estimates, strict=True)
        if size >= small_group_size
    ]
    if len(ranked) < 2:
        return {}
    (low, lowest), (high, highest) = min(ranked), max(ranked)
    return {
        "highest_group": highest,
        "highest_estimate": high,
        "lowest_group": lowest,
        "lowest_estimate": low,
    }


def stratified_sample(hypothesis: Hypothesis, statistics: PortfolioStatistics) -> StratifiedSample:
    """Build the 2×2 table of a stratified hypothesis inside every known stratum."""
    key = (hypothesis.metric, hypothesis.group_attribute, hypothesis.stratify_by or "")
    strata = []
    for value, groups in sorted(statistics.strata.get(key, {}).items()):
        a, b = pick_groups(groups, hypothesis.group_a, hypothesis.group_b)
        strata.append(Stratum(value, ProportionSample.from_moments(a), ProportionSample.from_moments(b)))
    return StratifiedSample(tuple(strata))


def _stratified_columns(hypothesis: Hypothesis, statistics: PortfolioStatistics, *, alpha: float) -> Row:
    sample = stratified_sample(hypothesis, statistics)
    pooled, change = mantel_haenszel_test(sample, alpha=alpha), simpson_change(sample, alpha=alpha)
    sides = directions(sample, alpha=alpha)
    return {
        "stratified_attribute": hypothesis.stratify_by,
        "stratified_stratum_count": len(sample.informative),
        "stratified_odds_ratio": pooled.effect_size,
        "stratified_ci_low": pooled.effect_ci_low,
        "stratified_ci_high": pooled.effect_ci_high,
        "stratified_p_value": pooled.p_value,
        "stratified_homogeneity_p_value": breslow_day_test(sample).p_value,
        "reversal_p_value": gail_simon_test(sample).p_value,
        **{f"strata_{side}": "|".join(s.value for s in strata) or None for side, strata in sides.items()},
        "strata_by_direction": sides,
        "stratified_reason": pooled.reason,
        "simpson_warning": change is not None,
        "simpson_change": change,
    }
