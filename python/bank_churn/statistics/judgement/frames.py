"""Reading the marts of sufficient statistics into samples."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from bank_churn.statistics.registry.hypotheses import ClientFilter
from bank_churn.statistics.tests.rank_samples import GroupRanks, RankSample
from bank_churn.statistics.tests.samples import ContingencyTable, MeanSample
from bank_churn.words.labels import cell_text

UNSTRATIFIED = "none"
UNKNOWN_VALUES = frozenset({"", "unknown"})
"""Group values that mean the attribute is missing: never part of a group, nor of `rest`."""

Groups = dict[str, MeanSample]
_RANK_FIGURES = (
    "placement_sum_a",
    "placement_square_sum_a",
    "placement_sum_b",
    "placement_square_sum_b",
    "tie_term",
)


@dataclass
class PortfolioStatistics:
    """The sufficient statistics of one portfolio under one cleaning scenario.

    Attributes:
        strata: (metric, group attribute, stratum attribute) → stratum value → group value → moments.
        value_counts: (metric, group attribute) → group value → metric value → clients.
        rank_sums: Comparison id → ranks of two groups.
        group_ranks: Comparison id → ranks of many groups.
    """

    strata: dict[tuple[str, str, str], dict[str, Groups]] = field(default_factory=dict)
    value_counts: dict[tuple[str, str], dict[str, dict[float, int]]] = field(default_factory=dict)
    rank_sums: dict[str, RankSample] = field(default_factory=dict)
    group_ranks: dict[str, GroupRanks] = field(default_factory=dict)

    def groups(self, metric: str, attribute: str, among: ClientFilter | None = None) -> Groups:
        """Return the moments of a metric by known group, over all clients or those of a filter."""
        stratum, value = (among.attribute, among.value) if among else (UNSTRATIFIED, "all")
        return self.strata.get((metric, attribute, stratum), {}).get(value, {})

    def is_unknown(self, metric: str, among: ClientFilter | None = None) -> bool:
        """Return whether there are clients (those of a filter), but the metric is unknown for all of them."""
        known = {
            name
            for (name, attribute, stratum), values in self.strata.items()
            if among is None
            or (attribute == among.attribute and stratum == UNSTRATIFIED and among.value in values["all"])
        }
        return bool(known) and metric not in known


def pick_groups(
    available: Mapping[str, MeanSample], group_a: tuple[str, ...], group_b: tuple[str, ...]
) -> tuple[MeanSample, MeanSample]:
    """Pool the values of group a and of group b (`rest`: every known value outside a)."""
    names_b = tuple(set(available) - set(group_a)) if group_b == ("rest",) else group_b
    a, b = ([available[name] for name in sorted(names) if name in available] for names in (group_a, names_b))
    return MeanSample.pooled(a), MeanSample.pooled(b)


def read_moments(moments: pd.DataFrame) -> dict[tuple[str, str, str], dict[str, Groups]]:
    """Index the moments of one portfolio and scenario, without unknown or empty groups."""
    index: dict[tuple[str, str, str], dict[str, Groups]] = defaultdict(lambda: defaultdict(dict))
    for row in moments.to_dict("records"):
        group, n = cell_text(row["group_value"]), _count(row["client_count"])
        if group in UNKNOWN_VALUES or cell_text(row["stratum_value"]) in UNKNOWN_VALUES or n == 0:
            continue
        key = (str(row["metric"]), str(row["group_attribute"]), cell_text(row["stratum_attribute"]))
        sample = MeanSample(n, _number(row["mean"]), _number(row["variance"]))
        index[key][cell_text(row["stratum_value"])][group] = sample
    return index


def read_value_counts(value_counts: pd.DataFrame) -> dict[tuple[str, str], dict[str, dict[float, int]]]:
    """Index the value counts of one portfolio and scenario."""
    index: dict[tuple[str, str], dict[str, dict[float, int]]] = defaultdict(lambda: defaultdict(dict))
    for row in value_counts.to_dict("records"):
        group = cell_text(row["group_value"])
        if group not in UNKNOWN_VALUES and not pd.isna(row["value"]):
            key = (str(row["metric"]), str(row["group_attribute"]))
            index[key][group][float(row["value"])] = _count(row["client_count"])
    return index


def read_rank_sums(rank_sums: pd.DataFrame) -> dict[str, RankSample]:
    """Index the two-group rank sums of one portfolio and scenario."""
    return {
        str(row["comparison_id"]): RankSample(
            _count(row["n_a"]), _count(row["n_b"]), *(_number(row[name], 0.0) for name in _RANK_FIGURES)
        )
        for row in rank_sums.to_dict("records")
    }


def read_group_ranks(group_ranks: pd.DataFrame) -> dict[str, GroupRanks]:
    """Index the many-group rank sums of one portfolio and scenario."""
    return {
        str(name): GroupRanks(
            tuple(_count(n) for n in rows["client_count"]),
            tuple(_number(total, 0.0) for total in rows["rank_sum"]),
            max(_number(term, 0.0) for term in rows["tie_term"]),
        )
        for name, rows in group_ranks.groupby("comparison_id", sort=True)
    }


def split_portfolios(
    *,
    moments: pd.DataFrame,
    value_counts: pd.DataFrame,
    rank_sums: pd.DataFrame,
    group_ranks: pd.DataFrame,
) -> Iterator[tuple[str, str, PortfolioStatistics]]:
    """Yield portfolio, cleaning scenario and their sufficient statistics, in alphabetical order."""
    pairs = set(zip(moments["portfolio"], moments["cleaning_scenario"], strict=True))
    for portfolio, scenario in sorted(pairs):
        own = [
            frame[(frame["portfolio"] == portfolio) & (frame["cleaning_scenario"] == scenario)]
            for frame in (moments, value_counts, rank_sums, group_ranks)
        ]
        statistics = PortfolioStatistics(
            read_moments(own[0]),
            read_value_counts(own[1]),
            read_rank_sums(own[2]),
            read_group_ranks(own[3]),
        )
        yield str(portfolio), str(scenario), statistics


def ranks_from_counts(
    counts: Mapping[str, Mapping[float, int]], group_a: tuple[str, ...], group_b: tuple[str, ...]
) -> RankSample | None:
    """Compute two-group ranks from value counts, or None when there are no counts."""
    if not counts:
        return None
    names_b = tuple(set(counts) - set(group_a)) if group_b == ("rest",) else group_b
    values = sorted({value for group in counts.values() for value in group})
    totals = [
        [sum(counts.get(name, {}).get(value, 0) for name in names) for value in values]
        for names in (group_a, names_b)
    ]
    return RankSample.from_value_counts(values=values, counts_a=totals[0], counts_b=totals[1])


def table_from_counts(counts: Mapping[str, Mapping[float, int]], groups: tuple[str, ...]) -> ContingencyTable:
    """Tabulate groups (rows, in the given order) by metric value (columns, ascending)."""
    values = sorted({value for name in groups for value in counts.get(name, {})})
    return ContingencyTable(tuple(tuple(counts.get(g, {}).get(v, 0) for v in values) for g in groups))


def _count(value: object) -> int:
    return 0 if pd.isna(value) else int(value)  # type: ignore[call-overload]


def _number(value: object, missing: float = float("nan")) -> float:
    return missing if pd.isna(value) else float(value)  # type: ignore[call-overload, arg-type]
