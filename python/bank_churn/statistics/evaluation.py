"""Every registered hypothesis on every portfolio: the rows of `hypothesis_results`."""

from __future__ import annotations

import math

import pandas as pd

from bank_churn.statistics.comparisons import (
    SMALL_GROUP,
    Comparison,
    compare_distributions,
    compare_many_means,
    compare_means,
    compare_proportions,
)
from bank_churn.statistics.conclusions import write_conclusion
from bank_churn.statistics.figures import Row, comparison_row, judge_family
from bank_churn.statistics.floors import read_effect_floors
from bank_churn.statistics.frames import (
    PortfolioStatistics,
    pick_groups,
    ranks_from_counts,
    split_portfolios,
    table_from_counts,
)
from bank_churn.statistics.labels import Labels
from bank_churn.statistics.registry import BOOLEAN_METRICS, Hypothesis, read_registry
from bank_churn.statistics.registry_checks import validate_registry
from bank_churn.statistics.samples import ContingencyTable, ProportionSample, StratifiedSample, Stratum
from bank_churn.statistics.schema import HYPOTHESIS_RESULTS, to_frame
from bank_churn.statistics.stratified import breslow_day_test, mantel_haenszel_test, reverses_direction


def evaluate_hypotheses(
    *,
    registry: pd.DataFrame,
    effect_floors: pd.DataFrame,
    labels: pd.DataFrame,
    moments: pd.DataFrame,
    value_counts: pd.DataFrame,
    rank_sums: pd.DataFrame,
    group_ranks: pd.DataFrame,
    alpha: float = 0.05,
) -> pd.DataFrame:
    """Test every registered hypothesis on every portfolio and cleaning scenario.

    p-values are corrected by Holm inside a portfolio and scenario; equivalence p-values likewise.

    Args:
        registry: `seeds/hypotheses.csv`.
        effect_floors: `seeds/effect_floors.csv`.
        labels: `seeds/labels.csv`; its group values count as known even where no portfolio has them.
        moments: portfolio, cleaning_scenario, metric, group_attribute, group_value, stratum_attribute
            (`none`), stratum_value (`all`), client_count, mean, variance; clients with a known metric only.
        value_counts: portfolio, cleaning_scenario, metric, group_attribute, group_value, value, client_count.
        rank_sums: portfolio, cleaning_scenario, comparison_id (the hypothesis id), n_a, n_b and rank sums;
            where a row is missing the ranks come from `value_counts` if it has the metric.
        group_ranks: portfolio, cleaning_scenario, comparison_id, group_value, client_count, rank_sum, tie_term.
        alpha: Level of the tests; the intervals cover 1 − alpha.

    Returns:
        One row per portfolio, scenario and hypothesis; columns and types: `schema.HYPOTHESIS_RESULTS`.

    Raises:
        RegistryError: A row of the registry is wrong.
    """
    known_labels = Labels(labels)
    known_groups = pd.concat([moments[["group_attribute", "group_value"]], known_labels.known_groups()])
    validate_registry(registry, known_groups=known_groups.drop_duplicates())
    hypotheses, floors = list(read_registry(registry)), read_effect_floors(effect_floors)
    results: list[Row] = []
    for portfolio, scenario, statistics in split_portfolios(
        moments=moments, value_counts=value_counts, rank_sums=rank_sums, group_ranks=group_ranks
    ):
        rows = [hypothesis_row(hypothesis, statistics, alpha=alpha) for hypothesis in hypotheses]
        judge_family(rows, floors=floors, correction="holm", alpha=alpha)
        for hypothesis, row in zip(hypotheses, rows, strict=True):
            row |= {"portfolio": portfolio, "cleaning_scenario": scenario}
            row |= _texts(hypothesis, row, known_labels)
        results += rows
    return to_frame(results, HYPOTHESIS_RESULTS)


def hypothesis_row(hypothesis: Hypothesis, statistics: PortfolioStatistics, *, alpha: float) -> Row:
    """Compute the figures of one hypothesis on one portfolio, before correction."""
    many = hypothesis.has_many_groups
    names = _group_names(hypothesis, statistics)
    compare = _compare_many if many else _compare_two
    comparison = compare(hypothesis, statistics, names, alpha=alpha)
    row = comparison_row(comparison, many_groups=many)
    row |= {
        "hypothesis_id": hypothesis.hypothesis_id,
        "statement_ru": hypothesis.statement_ru,
        "statement_en": hypothesis.statement_en,
        "metric": hypothesis.metric,
        "kind": hypothesis.kind,
        "group_attribute": hypothesis.group_attribute,
        "group_a": "|".join(hypothesis.group_a),
        "group_b": "|".join(hypothesis.group_b) or None,
        "equivalence_margin": hypothesis.equivalence_margin,
        "equivalence_p_value": comparison.equivalence.p_value if comparison.equivalence else math.nan,
    }
    if many:
        row |= _extremes(names, comparison)
    if hypothesis.stratify_by:
        row |= _stratified_columns(hypothesis, statistics, comparison.primary.difference, alpha=alpha)
    return row


def _group_names(hypothesis: Hypothesis, statistics: PortfolioStatistics) -> tuple[str, ...]:
    if hypothesis.group_a == ("all",):
        return tuple(sorted(statistics.groups(hypothesis.metric, hypothesis.group_attribute)))
    return hypothesis.group_a


def _compare_two(
    hypothesis: Hypothesis, statistics: PortfolioStatistics, names: tuple[str, ...], *, alpha: float
) -> Comparison:
    groups = statistics.groups(hypothesis.metric, hypothesis.group_attribute)
    a, b = pick_groups(groups, names, hypothesis.group_b)
    margin = hypothesis.equivalence_margin
    if hypothesis.primary_test == "two_proportions":
        shares = ProportionSample.from_moments(a), ProportionSample.from_moments(b)
        return compare_proportions(*shares, margin=margin, alpha=alpha)
    ranks = statistics.rank_sums.get(hypothesis.hypothesis_id)
    if ranks is None:
        counts = statistics.value_counts.get((hypothesis.metric, hypothesis.group_attribute), {})
        ranks = ranks_from_counts(counts, names, hypothesis.group_b)
    primary = "welch_t" if hypothesis.primary_test == "welch_t" else "mann_whitney"
    return compare_means(a, b, ranks, primary=primary, margin=margin, alpha=alpha)  # type: ignore[arg-type]


def _compare_many(
    hypothesis: Hypothesis, statistics: PortfolioStatistics, names: tuple[str, ...], *, alpha: float
) -> Comparison:
    groups = statistics.groups(hypothesis.metric, hypothesis.group_attribute)
    samples = tuple(pick_groups(groups, (name,), ())[0] for name in names)
    if hypothesis.primary_test == "chi_square":
        if hypothesis.metric in BOOLEAN_METRICS:
            table = ContingencyTable.from_proportions(ProportionSample.from_moments(s) for s in samples)
        else:
            counts = statistics.value_counts.get((hypothesis.metric, hypothesis.group_attribute), {})
            table = table_from_counts(counts, names)
        return compare_distributions(table, tuple(sample.mean for sample in samples), alpha=alpha)
    ranks = statistics.group_ranks.get(hypothesis.hypothesis_id)
    primary = "welch_anova" if hypothesis.primary_test == "welch_anova" else "kruskal_wallis"
    return compare_many_means(samples, ranks, primary=primary, alpha=alpha)  # type: ignore[arg-type]


def _extremes(names: tuple[str, ...], comparison: Comparison) -> Row:
    """Name the highest and the lowest group among those with enough clients to be ranked."""
    ranked = [
        (estimate, name)
        for name, size, estimate in zip(names, comparison.group_sizes, comparison.estimates, strict=True)
        if size >= SMALL_GROUP
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


def _stratified_columns(
    hypothesis: Hypothesis, statistics: PortfolioStatistics, crude_difference: float, *, alpha: float
) -> Row:
    sample = stratified_sample(hypothesis, statistics)
    pooled = mantel_haenszel_test(sample, alpha=alpha)
    return {
        "stratified_attribute": hypothesis.stratify_by,
        "stratified_stratum_count": len(sample.informative),
        "stratified_odds_ratio": pooled.effect_size,
        "stratified_ci_low": pooled.effect_ci_low,
        "stratified_ci_high": pooled.effect_ci_high,
        "stratified_p_value": pooled.p_value,
        "stratified_homogeneity_p_value": breslow_day_test(sample).p_value,
        "stratified_reason": pooled.reason,
        "simpson_warning": reverses_direction(sample, crude_difference=crude_difference),
    }


def _texts(hypothesis: Hypothesis, row: Row, labels: Labels) -> Row:
    attribute, texts = hypothesis.group_attribute, {}
    for language in ("ru", "en"):
        texts[f"group_a_label_{language}"] = labels.group(attribute, hypothesis.group_a, language=language)
        texts[f"group_b_label_{language}"] = (
            labels.group(attribute, hypothesis.group_b, language=language) or None
        )
        texts[f"conclusion_{language}"] = write_conclusion(row, labels=labels, language=language)
    return texts
