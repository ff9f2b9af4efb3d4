"""Every metric between every pair of groups: the rows of `attribute_screen`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations

import pandas as pd

from bank_churn.statistics.judgement.figures import Row, comparison_row, judge_family
from bank_churn.statistics.judgement.floors import read_effect_floors
from bank_churn.statistics.judgement.frames import PortfolioStatistics, split_portfolios
from bank_churn.statistics.judgement.schema import ATTRIBUTE_SCREEN, SIZES, to_frame
from bank_churn.statistics.registry.attributes import Attributes, read_attributes
from bank_churn.statistics.tests.comparisons import Comparison, compare_means, compare_proportions
from bank_churn.statistics.tests.samples import ProportionSample

FAMILIES = ("churn", "attributes")
"""Comparisons that involve churn, and those of other attributes with each other."""


def screen_attributes(
    *,
    moments: pd.DataFrame,
    rank_sums: pd.DataFrame,
    effect_floors: pd.DataFrame,
    attributes: pd.DataFrame,
    alpha: float = 0.05,
    cleaning_scenario: str = "keep_all",
    small_group_size: int = 30,
) -> pd.DataFrame:
    """Compare every metric between every two groups of every attribute.

    Shares are compared by the z test (or Fisher's), other metrics by Welch's t test with Mann–Whitney beside
    it. p-values are corrected by Benjamini–Hochberg inside a portfolio, comparisons that involve churn in a
    family of their own: among pairs that truly differ, as attributes of one client do, the correction would
    hardly be one, and chance findings about churn would pass. Where one of the groups has fewer than
    `small_group_size` clients nothing is tested.

    Args:
        moments: As for `evaluate_hypotheses`; stratified rows and other scenarios are ignored.
        rank_sums: As for `evaluate_hypotheses`, with comparison_id `metric:attribute:group_a:group_b`,
            group a before group b by code point (either order is understood); may be empty.
        effect_floors: `seeds/effect_floors.csv`.
        attributes: `client_attributes`.
        alpha: Level.
        cleaning_scenario: The scenario screened.
        small_group_size: Comparisons of a group with fewer clients are marked, and not tested.

    Returns:
        One row per portfolio, metric and pair; columns and types: `schema.ATTRIBUTE_SCREEN`.
    """
    floors, results = read_effect_floors(effect_floors), list[Row]()
    known = read_attributes(attributes)
    chosen = [frame[frame["cleaning_scenario"] == cleaning_scenario] for frame in (moments, rank_sums)]
    nothing = _nothing_like(chosen[0])
    for portfolio, _, statistics in split_portfolios(
        moments=chosen[0], value_counts=nothing, rank_sums=chosen[1], group_ranks=nothing
    ):
        rows = []
        for pair in comparable_pairs(statistics, known):
            comparison = _compare(statistics, *pair, is_share=pair[0] in known.yes_no, alpha=alpha)
            row = comparison_row(comparison, many_groups=False, small_group_size=small_group_size)
            if row["is_small_group"]:
                row = untested(row)
            rows.append(row | _names(*pair))
        for family in FAMILIES:
            own = [row for row in rows if row["family"] == family]
            judge_family(own, floors=floors, correction="benjamini_hochberg", alpha=alpha)
        results += [row | {"portfolio": portfolio} for row in rows]
    return to_frame(results, ATTRIBUTE_SCREEN)


def untested(row: Row) -> Row:
    """Leave of a comparison with a small group what describes the clients, and nothing that judges."""
    kept = {name: row[name] for name in (*SIZES, "test_name", "effect_size_name")}
    reasons = {"reason": row["reason"] or "group_too_small", "companion_reason": "group_too_small"}
    return kept | {"effect_size": math.nan, "companion_test_name": row["companion_test_name"]} | reasons


def comparable_pairs(
    statistics: PortfolioStatistics, known: Attributes
) -> Iterator[tuple[str, str, str, str]]:
    """Yield metric, attribute, group a, group b of every comparison that says something.

    A metric and an attribute that are made of the same say nothing about one another.
    """
    for attribute in known.groups:
        for metric in known.metrics:
            if known.made_of[metric] != known.made_of[attribute]:
                for a, b in combinations(sorted(statistics.groups(metric, attribute)), 2):
                    yield metric, attribute, a, b


def _names(metric: str, attribute: str, group_a: str, group_b: str) -> Row:
    return {
        "comparison_id": f"{metric}:{attribute}:{group_a}:{group_b}",
        "metric": metric,
        "family": "churn" if "is_churned" in (metric, attribute) else "attributes",
        "group_attribute": attribute,
        "group_a": group_a,
        "group_b": group_b,
    }


def _compare(
    statistics: PortfolioStatistics,
    metric: str,
    attribute: str,
    group_a: str,
    group_b: str,
    *,
    is_share: bool,
    alpha: float,
) -> Comparison:
    groups = statistics.groups(metric, attribute)
    a, b = groups[group_a], groups[group_b]
    if is_share:
        shares = ProportionSample.from_moments(a), ProportionSample.from_moments(b)
        return compare_proportions(*shares, alpha=alpha)
    ranks = statistics.rank_sums.get(f"{metric}:{attribute}:{group_a}:{group_b}")
    swapped = statistics.rank_sums.get(f"{metric}:{attribute}:{group_b}:{group_a}")
    if ranks is None and swapped is not None:
        ranks = swapped.swapped()
    return compare_means(a, b, ranks, primary="welch_t", alpha=alpha)


def _nothing_like(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.iloc[:0].assign(comparison_id=pd.Series(dtype="str"))
