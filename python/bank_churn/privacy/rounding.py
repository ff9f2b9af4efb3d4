"""Rounding figures by what one client can move them: two publications that differ by one do not tell it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from scipy.stats import norm

from bank_churn.privacy.figures import Row

# A figure is rounded to what several clients like others would move it: one client is in many figures, which
# together tell more than each.
CLIENTS = 4.0
SUFFIXES = ("_mean", "_median", "_q25", "_q75")
QUANTILES = ("_median", "_q25", "_q75")


@dataclass(frozen=True)
class Spread:
    """How far the clients of a portfolio are apart in a metric.

    Attributes:
        deviation: Standard deviation.
        middle: The same, from the middle half of the clients: a single very rich one does not count.
    """

    deviation: float
    middle: float


Spreads = dict[tuple[str, str], Spread]


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


def to_step(value: float, step: float) -> float:
    """Round a number.

    Args:
        value: The number.
        step: To multiples of this.

    Returns:
        The nearest multiple, without the digits that a multiplication leaves.
    """
    return float(f"{step * math.floor(value / step + 0.5):.12g}")


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
    counts = [row[name] for name in rule["n"] if row.get(name)]
    if not counts:
        return None
    clients = max(1.0, min(counts) / rule.get("groups", 1)) / count_step
    if kind == "value":
        return step_of_value(rule, row, column, spreads, clients)
    if kind == "rate":
        return nice(1 / clients)
    if kind == "effect":
        return nice(2 / clients)
    if kind == "sum":
        return nice(CLIENTS * abs(value) / clients) if value else None
    return step_of_test(kind, value, clients)


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
    name = str(row.get(rule["metric"])) if "metric" in rule else column.removesuffix("_difference")
    metric = next((name.removesuffix(suffix) for suffix in QUANTILES if name.endswith(suffix)), "")
    return rule["as"] == "value" and (str(row.get("portfolio")), metric) in spreads


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
    name = str(row.get(rule["metric"])) if "metric" in rule else column.removesuffix("_difference")
    suffix = next((suffix for suffix in SUFFIXES if name.endswith(suffix)), "")
    spread = spreads.get((str(row["portfolio"]), name.removesuffix(suffix)))
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
    size = float(norm.isf(value / 2))
    density = float(norm.pdf(size))
    return nice(max(2 * density * moved, value * 1e-2)) if density else 10.0 ** math.floor(math.log10(value))
