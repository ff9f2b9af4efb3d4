"""Flattening comparisons into rows, correcting a family of them and giving each its verdict."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal

from bank_churn.statistics.judgement.floors import EffectBand
from bank_churn.statistics.judgement.verdicts import decide_verdict
from bank_churn.statistics.tests.comparisons import Comparison
from bank_churn.statistics.tests.multiplicity import Correction, adjust_p_values
from bank_churn.statistics.tests.results import TestResult

Row = dict[str, object]
Disagreement = Literal["only_companion", "only_primary", "opposite_directions"]


def comparison_row(comparison: Comparison, *, many_groups: bool, small_group_size: int) -> Row:
    """Flatten a comparison (before correction) into the columns of the marts.

    Args:
        comparison: The figures.
        many_groups: Whether it compares more than a pair: then `n_a` counts all clients and the columns of
            the pair are null.
        small_group_size: Comparisons of a smaller group are marked; of many groups, empty ones do not count.

    Returns:
        Column → value.
    """
    sizes, estimates, primary = comparison.group_sizes, comparison.estimates, comparison.primary
    compared = [size for size in sizes if size > 0] if many_groups else sizes
    return {
        "n_a": sum(sizes) if many_groups else sizes[0],
        "n_b": None if many_groups else sizes[1],
        "n_total": sum(sizes),
        "group_count": sum(size > 0 for size in sizes),
        "is_small_group": min(compared, default=0) < small_group_size,
        "estimate_a": None if many_groups else estimates[0],
        "estimate_b": None if many_groups else estimates[1],
        "difference": primary.difference,
        "ci_low": primary.ci_low,
        "ci_high": primary.ci_high,
        "test_name": primary.test_name,
        "statistic": primary.statistic,
        "degrees_of_freedom": primary.degrees_of_freedom,
        "p_value": primary.p_value,
        "log10_p": primary.log10_p,
        "effect_size_name": primary.effect_size_name,
        "effect_size": primary.effect_size,
        "effect_ci_low": primary.effect_ci_low,
        "effect_ci_high": primary.effect_ci_high,
        "smallest_detectable_effect": comparison.smallest_detectable_effect,
        "reason": primary.reason,
        **_companion_columns(comparison.companion),
    }


def _companion_columns(companion: TestResult | None) -> Row:
    if companion is None:
        return {}
    return {
        "companion_test_name": companion.test_name,
        "companion_statistic": companion.statistic,
        "companion_p_value": companion.p_value,
        "companion_effect_size_name": companion.effect_size_name,
        "companion_effect_size": companion.effect_size,
        "companion_effect_ci_low": companion.effect_ci_low,
        "companion_effect_ci_high": companion.effect_ci_high,
        "companion_reason": companion.reason,
    }


def judge_family(
    rows: Sequence[Row], *, floors: Mapping[str, EffectBand], correction: Correction, alpha: float
) -> None:
    """Correct the p-values of one family of tests and give every row its verdict, in place.

    Args:
        rows: Rows of `comparison_row`, all of one family; `equivalence_p_value` where a margin is registered.
        floors: Bands of every effect size.
        correction: How to correct.
        alpha: Level.
    """
    p_values = [_real(row.get("p_value")) for row in rows]
    adjusted = adjust_p_values(p_values, correction=correction)
    equivalence = adjust_p_values([_real(row.get("equivalence_p_value")) for row in rows], correction="holm")
    companions = adjust_p_values([_real(row.get("companion_p_value")) for row in rows], correction=correction)
    count = sum(not math.isnan(p) for p in p_values)
    for row, p_adjusted, p_equivalent, p_companion in zip(
        rows, adjusted.tolist(), equivalence.tolist(), companions.tolist(), strict=True
    ):
        band = floors[str(row["effect_size_name"])]
        interval = _real(row.get("effect_ci_low")), _real(row.get("effect_ci_high"))
        smallest, largest = band.reach(*interval)
        row |= {
            "p_value_adjusted": p_adjusted,
            "correction": correction,
            "comparison_count": count,
            "is_significant": None if math.isnan(p_adjusted) else p_adjusted < alpha,
            "effect_floor": band.floor,
            "effect_magnitude": band.magnitude(_real(row["effect_size"])),
            "smallest_magnitude": smallest,
            "largest_magnitude": largest,
            "is_significant_alone": _real(row.get("p_value")) < alpha,
            "companion_p_value_adjusted": p_companion,
            "companion_disagreement": companion_disagreement(row, p_adjusted, p_companion, alpha=alpha),
            "equivalence_p_value_adjusted": p_equivalent,
            "is_equivalent": None if math.isnan(p_equivalent) else p_equivalent < alpha,
            "verdict": decide_verdict(
                p_value_adjusted=p_adjusted,
                effect_interval=interval,
                floor=band.floor,
                equivalence_p_value_adjusted=p_equivalent,
                alpha=alpha,
            ),
        }


def companion_disagreement(
    row: Row, p_adjusted: float, p_companion: float, *, alpha: float
) -> Disagreement | None:
    """Say in what the companion contradicts the primary test, or that it does not.

    Args:
        row: Row of `comparison_row`.
        p_adjusted: Adjusted p of the primary test.
        p_companion: p of the companion, adjusted in the family of companions.
        alpha: Level.

    Returns:
        Which of the two alone shows a difference, or that both show one in opposite directions.
    """
    if math.isnan(p_adjusted) or math.isnan(p_companion):
        return None
    if (p_adjusted < alpha) != (p_companion < alpha):
        return "only_companion" if p_companion < alpha else "only_primary"
    name, companion = row.get("companion_effect_size_name"), _real(row.get("companion_effect_size"))
    if name not in ("hedges_g", "cliffs_delta", "odds_ratio") or p_adjusted >= alpha:
        return None
    turned = (companion - (name == "odds_ratio")) * _real(row["effect_size"]) < 0
    return "opposite_directions" if turned else None


def _real(value: object) -> float:
    return float(value) if isinstance(value, int | float) else math.nan
