"""Rounding figures by what one client can move them: two publications that differ by one do not tell it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from scipy.special import ndtri

from bank_churn.privacy.figures import Row

# A figure is rounded to what several clients like others would move it: one client is in many figures, which
# together tell more than each.
CLIENTS = 4.0
SUFFIXES = ("_mean", "_median", "_q25", "_q75")
QUANTILES = ("_median", "_q25", "_q75")
# A rounded p-value stays on its side of the level that verdicts are given by.
LEVEL, BELOW = 0.05, 0.04


@dataclass(frozen=True)
class Spread:
    """How far the clients of a portfolio are apart in a metric.

    Attributes:
        deviation: Standard deviation.
        middle: The same, from the middle half of the clients: a single very rich one does not count.
        sizes: How many clients have a value of it, by attribute, its value and the filter of clients.
    """

    deviation: float
    middle: float
    sizes: Mapping[tuple[str, str, str], int] = field(default_factory=dict)


Spreads = dict[tuple[str, str], Spread]


def spreads_of(moments: Iterable[Mapping[Any, Any]]) -> Spreads:
    """Find how far clients are apart in each amount; what is a share of clients follows from their counts.

    Args:
        moments: Rows of `metric_moments`.

    Returns:
        The spreads, the middle ones like the others.
    """
    variances: dict[tuple[str, str], float] = {}
    sizes: dict[tuple[str, str], dict[tuple[str, str, str], int]] = defaultdict(dict)
    for row in moments:
        key, clients = (str(row["portfolio"]), str(row["metric"])), int(row["client_count"])
        stratum = (
            "" if row["stratum_attribute"] == "none" else f"{row['stratum_attribute']}={row['stratum_value']}"
        )
        group = (str(row["group_attribute"]), str(row["group_value"]), stratum)
        sizes[key][group] = min(clients, sizes[key].get(group, clients))
        if group[0] == "all" and not stratum and not is_of_shares(row):
            variances[key] = max(float(row["variance"]), variances.get(key, 0.0))
    return {
        key: Spread(variance**0.5, variance**0.5, sizes[key])
        for key, variance in variances.items()
        if variance > 0
    }


def is_of_shares(row: Mapping[Any, Any]) -> bool:
    """Say whether moments are those of something that clients have or have not.

    Args:
        row: A row of `metric_moments`.

    Returns:
        Whether its variance is that of noughts and ones; True where there is none.
    """
    clients, mean, variance = (
        float(math.nan if row[name] is None else row[name]) for name in ("client_count", "mean", "variance")
    )
    return not abs(variance - mean * (1 - mean) * clients / max(1.0, clients - 1)) > 1e-9


def nice(step: float) -> float:
    """Find the next step that people round to.

    Args:
        step: A positive number.

    Returns:
        The smallest of 1, 2 and 5 times a power of ten that is not smaller.

    Examples:
        >>> nice(0.03), nice(170)
        (0.05, 200.0)
    """
    power = 10.0 ** math.floor(math.log10(step) + 1e-9)
    return float(
        next(f"{factor * power:.12g}" for factor in (1, 2, 5, 10) if factor * power >= step * (1 - 1e-9))
    )


def step_before(step: float) -> float:
    """Find the next finer step.

    Args:
        step: One that `nice` returns.

    Returns:
        The largest smaller one.

    Examples:
        >>> step_before(0.02), step_before(100.0)
        (0.01, 50.0)
    """
    return next(finer for finer in (nice(step / 2), nice(step / 2.5)) if finer < step)


def to_step(value: float, step: float, up: float = 0.5) -> float:
    """Round a number.

    Args:
        value: The number.
        step: To multiples of this.
        up: From which part of a step on it is rounded up.

    Returns:
        A multiple, by default the nearest, without the digits that a multiplication leaves.
    """
    return float(f"{step * math.floor(value / step + up):.12g}")


def step_of(
    value: float, rule: dict[str, Any], row: Row, column: str, spreads: Spreads, count_step: int
) -> float | None:
    """Say to what a figure is rounded.

    Args:
        value: The figure.
        rule: Its declaration, see `tables.yaml`.
        row: Its row, with exact figures.
        column: Its column.
        spreads: Spread of each metric, by portfolio.
        count_step: To what the counts of the row are rounded.

    Returns:
        The step; None if the figure stays as it is.
    """
    kind = rule["as"]
    if kind == "digits" or not rule.get("n"):
        digits = int(rule.get("digits", 3))
        return rule.get("unit") or (
            10.0 ** (math.floor(math.log10(abs(value))) + 1 - digits) if value else None
        )
    if kind == "sum":
        return step_of_sum(value, rule, row, spreads, count_step)
    counts = [row[name] for name in rule["n"] if row.get(name)]
    if "group" in rule:
        attribute, group = (str(row.get(name)) for name in rule["group"])
        spread = spreads.get((str(row["portfolio"]), str(row.get(rule["metric"]))))
        size = spread and spread.sizes.get((attribute, group, str(row.get("filter") or "")))
        counts += [size] if size else []
    if not counts:
        return None
    clients = max(1.0, min(counts) / rule.get("groups", 1)) / count_step
    if kind == "value":
        return step_of_value(rule, row, column, spreads, clients)
    if kind == "rate":
        return nice(1 / clients)
    if kind == "effect":
        return nice(2 / clients)
    return step_of_test(kind, value, clients)


def step_of_sum(
    value: float, rule: dict[str, Any], row: Row, spreads: Spreads, count_step: int
) -> float | None:
    """Say to what a sum over clients is rounded.

    Args:
        value: The sum.
        rule: Its declaration.
        row: Its row.
        spreads: Spread of each metric, by portfolio.
        count_step: To what the counts of the row are rounded.

    Returns:
        Standard deviations of what is summed, where known, even of nobody's: a sum that is small because all
        have little of it would tell that otherwise. Else what average clients have of it; None for nothing.
    """
    several = rule.get("clients", CLIENTS)
    spread = spreads.get((str(row.get("portfolio")), str(rule.get("of"))))
    if spread is not None:
        times = row[rule["times"]] if "times" in rule else 1
        return nice(several * spread.deviation * times * count_step)
    counts = [row[name] for name in rule["n"] if row.get(name)]
    by = row.get(str(rule.get("scale")))
    amount = by if is_number(by) else value
    return nice(several * abs(amount) * count_step / min(counts)) if amount and counts else None


def is_by_default(rule: dict[str, Any], row: Row, column: str, spreads: Spreads) -> bool:
    """Say whether a figure is rounded whatever the settings: it is made of amounts of clients.

    Args:
        rule: Its declaration.
        row: Its row.
        column: Its column.
        spreads: Spread of each metric, by portfolio.

    Returns:
        Whether it is.
    """
    by = rule.get("always", False)
    if isinstance(by, bool):
        return by or is_quantile(rule, row, column, spreads)
    metric, _ = metric_and_suffix(str(row.get(by)))
    return (str(row.get("portfolio")), metric) in spreads


def rounded(value: float, rule: dict[str, Any], column: str, step: float, up: float = 0.5) -> float:
    """Round a figure so that it says nothing that the exact one does not say.

    Args:
        value: The figure.
        rule: Its declaration.
        column: Its column.
        step: To multiples of this.
        up: From which part of a step on it is rounded up.

    Returns:
        A multiple: of a p-value on its side of the level, of an end of an interval on its side of nothing.
    """
    new = to_step(value, step, up)
    if rule["as"] == "p_value":
        new = min(1.0, new or step)
        if (new < LEVEL) != (value < LEVEL):
            above = math.ceil(LEVEL / step - 1e-9) * step
            new = above if value >= LEVEL else above - step or BELOW
        return float(f"{new:.12g}")
    if "ci_" in column and not new and value:
        return math.copysign(step, value)
    return new


def shown(row: Row, rules: Iterable[dict[str, Any]], spreads: Spreads) -> Row:
    """Give a row its figures as they are published by default, for whoever writes about them.

    Args:
        row: The row, with exact figures.
        rules: How they are rounded, see `tables.yaml`.
        spreads: Spread of each metric, by portfolio.

    Returns:
        The row with what is made of amounts rounded.
    """
    found = dict(row)
    for rule in rules:
        for column in rule["columns"]:
            value = found.get(column)
            if not is_number(value) or not is_by_default(rule, row, column, spreads):
                continue
            step = step_of(value, rule, row, column, spreads, 1)
            if step is not None:
                found[column] = (
                    to_step(less_of(rule, found, value), step)
                    if "less" in rule
                    else rounded(value, rule, column, step)
                )
    return found


def less_of(rule: dict[str, Any], row: Row, value: float) -> float:
    """Take a difference from what the two figures are that it is of.

    Args:
        rule: Its declaration.
        row: The row with what is published.
        value: The difference, should one of the two be missing.

    Returns:
        The difference of the published figures.
    """
    first, second = (row.get(name) for name in rule["less"])
    return first - second if is_number(first) and is_number(second) else value


def is_number(value: object) -> TypeGuard[float]:
    """Say whether a cell holds a number that can be rounded.

    Args:
        value: The cell.

    Returns:
        Whether it does.
    """
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def is_quantile(rule: dict[str, Any], row: Row, column: str, spreads: Spreads) -> bool:
    """Say whether a figure is a median or a quarter of a metric: the amount of a client or two.

    Args:
        rule: Its declaration.
        row: Its row.
        column: Its column.
        spreads: Spread of each metric, by portfolio.

    Returns:
        Whether it is.
    """
    metric, suffix = metric_and_suffix(measure_of(rule, row, column))
    return rule["as"] == "value" and suffix in QUANTILES and (str(row.get("portfolio")), metric) in spreads


def measure_of(rule: dict[str, Any], row: Row, column: str) -> str:
    """Name what a figure measures: as its row says, or as its column is called."""
    return str(row.get(rule["metric"])) if "metric" in rule else column.removesuffix("_difference")


def metric_and_suffix(measure: str) -> tuple[str, str]:
    """Take `balance_median` apart into the metric and what of it is taken."""
    suffix = next((suffix for suffix in SUFFIXES if measure.endswith(suffix)), "")
    return measure.removesuffix(suffix), suffix


def step_of_value(
    rule: dict[str, Any], row: Row, column: str, spreads: Spreads, clients: float
) -> float | None:
    """Say to what a mean, a quantile or a share is rounded.

    Args:
        rule: Its declaration.
        row: Its row.
        column: Its column.
        spreads: Spread of each metric, by portfolio.
        clients: How many it is of.

    Returns:
        The step; None for what is no figure of a metric, such as a number of clients.
    """
    name = measure_of(rule, row, column)
    metric, suffix = metric_and_suffix(name)
    spread = spreads.get((str(row["portfolio"]), metric))
    if spread is None:
        return None if name in ("client_count", "share_of_clients", "share_of_churn") else nice(1 / clients)
    if suffix in QUANTILES:
        return nice(max(CLIENTS / 2 / clients, 0.5 / math.sqrt(clients)) * spread.middle)
    return nice(CLIENTS * spread.deviation / clients)


def step_of_test(kind: str, value: float, clients: float) -> float | None:
    """Say to what a statistic or a probability of a test is rounded.

    Args:
        kind: `statistic`, `p_value` or `log10_p`.
        value: The figure.
        clients: Of how many clients.

    Returns:
        The step; None if the figure tells nothing.
    """
    moved = CLIENTS / math.sqrt(clients)  # a statistic on the scale of a standard normal one
    if kind == "statistic":
        return nice(max(moved, abs(value) * moved / 2)) if value else None
    if kind == "log10_p":
        return nice(max(0.1, moved * math.sqrt(2 * math.log(10) * abs(value)) / math.log(10)))
    if not 0 < value < 1:
        return None
    size = -float(ndtri(value / 2))  # by hand: all of scipy.stats takes a second to load
    density = math.exp(-(size**2) / 2) / math.sqrt(2 * math.pi)
    return nice(max(2 * density * moved, value * 1e-2)) if density else 10.0 ** math.floor(math.log10(value))
