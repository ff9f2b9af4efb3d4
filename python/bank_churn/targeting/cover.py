"""A short list of groups without overlap that holds as much of the churn as a list of that length can."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from bank_churn.targeting.bounds import exact_lower_bounds

Counts = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Columns = dict[str, tuple[Codes, dict[str, int]]]
Rules = list[dict[str, str]]


@dataclass(frozen=True)
class CoverStep:
    """One group of the cover: what it adds to the groups chosen before it."""

    rule: str
    cover_order: int
    cover_client_count: int
    cover_churned_count: int
    cover_lower_bound: float


def cover_churn(
    cells: pd.DataFrame, candidates: pd.DataFrame, *, min_group_size: int, max_groups: int
) -> pd.DataFrame:
    """Choose groups greedily: the one with the highest lower bound, then the same among the clients left.

    The greedy choice is the usual one for covering problems (Nemhauser, Wolsey and Fisher 1978, Mathematical
    Programming 14). It stops when no group of the clients left is surely above the portfolio's churn rate.

    Args:
        cells: One row per portfolio × combination of attributes: the attributes as text, `known_churn_count`,
            `churned_count`.
        candidates: One row per portfolio × rule: `rule` (attribute=value;…), `condition_count`,
            `client_count`, `bound_level`, `portfolio_churn_rate`.
        min_group_size: Smallest number of clients that a group must add.
        max_groups: Length of the list per portfolio.

    Returns:
        `portfolio` and the fields of CoverStep; no row for a portfolio without a group to name.
    """
    rows = [
        {"portfolio": portfolio, **vars(step)}
        for portfolio, rules in candidates.groupby("portfolio", sort=True)
        for step in cover_portfolio(
            cells[cells["portfolio"] == portfolio].reset_index(drop=True),
            rules.sort_values(["condition_count", "client_count", "rule"], ascending=[True, False, True]),
            min_group_size=min_group_size,
            max_groups=max_groups,
        )
    ]
    types = {
        "portfolio": "str",
        "rule": "str",
        "cover_order": "int64",
        "cover_client_count": "int64",
        "cover_churned_count": "int64",
        "cover_lower_bound": "float64",
    }
    return pd.DataFrame(rows, columns=list(types)).astype(types)


def cover_portfolio(
    cells: pd.DataFrame, rules: pd.DataFrame, *, min_group_size: int, max_groups: int
) -> Iterator[CoverStep]:
    """Cover one portfolio; among equal bounds the first rule is taken, so put the simplest first."""
    parsed = [conditions(rule) for rule in rules["rule"]]
    columns = {name: numbered(cells[name]) for name in sorted(set().union(*parsed))}
    searches = [Conjunction.of(columns, places, parsed) for places in by_attributes(parsed)]
    base_rate, level = rules["portfolio_churn_rate"].iloc[0], rules["bound_level"].iloc[0]
    left = np.ones(len(cells), dtype=bool)
    for order in range(1, max_groups + 1):
        clients, churned = np.zeros(len(rules)), np.zeros(len(rules))
        for search in searches:
            clients[search.places] = search.count(cells["known_churn_count"].to_numpy(float) * left)
            churned[search.places] = search.count(cells["churned_count"].to_numpy(float) * left)
        # Groups that are too small get zero and so are never chosen.
        bounds = exact_lower_bounds(churned, clients, level=level) * (clients >= min_group_size)
        best = int(bounds.argmax())
        if not bounds[best] > base_rate:
            return
        yield CoverStep(
            rule=rules["rule"].iloc[best],
            cover_order=order,
            cover_client_count=int(clients[best]),
            cover_churned_count=int(churned[best]),
            cover_lower_bound=float(bounds[best]),
        )
        left &= ~members(columns, parsed[best])


@dataclass(frozen=True)
class Conjunction:
    """All rules on the same attributes, counted together: a cell belongs to at most one of them."""

    places: Codes
    cell_codes: Codes
    rule_codes: Codes
    size: int

    @classmethod
    def of(cls, columns: Columns, places: Codes, parsed: Rules) -> Conjunction:
        """Number the combinations of the attributes' values, and with them the cells and the rules.

        Args:
            columns: Every attribute's numbered values.
            places: Positions of the rules among all candidates.
            parsed: All candidates' conditions.

        Returns:
            The rules with their codes.
        """
        cell_codes, rule_codes, size = np.zeros(1, dtype=np.int64), np.zeros(len(places), dtype=np.int64), 1
        for attribute in parsed[places[0]]:
            codes, numbers = columns[attribute]
            wanted = np.array([numbers.get(parsed[place][attribute], -1) for place in places])
            cell_codes = cell_codes * len(numbers) + codes
            rule_codes = rule_codes * len(numbers) + wanted
            size *= len(numbers)
        return cls(places=places, cell_codes=cell_codes, rule_codes=rule_codes, size=size)

    def count(self, weights: Counts) -> Counts:
        """Sum weights of the cells over each rule.

        Args:
            weights: One number per cell.

        Returns:
            One sum per rule.
        """
        sums: Counts = np.bincount(self.cell_codes, weights=weights, minlength=self.size).astype(float)
        return sums[self.rule_codes]


def by_attributes(parsed: Rules) -> Iterator[Codes]:
    """Group candidates by the attributes of their conditions."""
    places: dict[tuple[str, ...], list[int]] = {}
    for place, rule in enumerate(parsed):
        places.setdefault(tuple(rule), []).append(place)
    for positions in places.values():
        yield np.array(positions, dtype=np.int64)


def conditions(rule: str) -> dict[str, str]:
    """Take a rule apart.

    Args:
        rule: Conditions such as `age_band=51-65;is_active=false`.

    Returns:
        The value of each attribute.

    Examples:
        >>> conditions("age_band=51-65;is_active=false")
        {'age_band': '51-65', 'is_active': 'false'}
    """
    return dict(part.split("=", maxsplit=1) for part in rule.split(";"))


def numbered(values: pd.Series[str]) -> tuple[Codes, dict[str, int]]:
    """Number the values of an attribute."""
    codes, known = pd.factorize(values)
    return codes, {value.replace(";", "%3B"): number for number, value in enumerate(known)}


def members(columns: Columns, rule: dict[str, str]) -> npt.NDArray[np.bool_]:
    """Find the cells that a rule holds for."""
    held = np.ones(1, dtype=bool)
    for attribute, value in rule.items():
        codes, numbers = columns[attribute]
        held = held & (codes == numbers.get(value, -2))
    return held
