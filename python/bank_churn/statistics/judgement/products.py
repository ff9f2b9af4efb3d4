"""Which products go with churn by themselves, corrected for how many were looked at."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from bank_churn.statistics.judgement.schema import COUNT, REAL, TEXT, to_frame
from bank_churn.targeting.bounds import exact_lower_bounds

PRODUCT_FINDINGS = {
    "portfolio": TEXT,
    "attribute": TEXT,
    "product_code": TEXT,
    "comparison_count": COUNT,
    "joint_ci_low": REAL,
    "joint_ci_high": REAL,
    "finding": TEXT,
    "product_rank": COUNT,
}


def judge_products(
    sums: pd.DataFrame, *, attributes: pd.DataFrame, small_group_size: int = 30, alpha: float = 0.05
) -> pd.DataFrame:
    """Say of every product whether its holders surely leave more often than others like them.

    The difference is Mantel and Haenszel's, over strata of clients alike. Its interval holds for all
    products of a bank together (Bonferroni), so that a bank where no product matters has one of them named
    in at most one case in twenty. Products are ranked by the lower end: what surely is, not what may be.

    Args:
        sums: Rows of `int_adjusted_sums` about clients who have what an attribute says.
        attributes: `client_attributes`; those with a product are judged.
        small_group_size: A product with fewer holders, or fewer others, is not judged.
        alpha: Level for all products of a bank together.

    Returns:
        One row per portfolio and product; columns and types: `PRODUCT_FINDINGS`.
    """
    products = attributes.loc[attributes["product_code"].notna(), ["attribute", "product_code"]]
    # Of nothing but empty codes a database makes numbers.
    merged = sums.merge(products.astype(str), on="attribute").sort_values(["portfolio", "attribute"])
    rows: list[dict[str, object]] = []
    for _, own in merged.groupby("portfolio", sort=True):
        smallest = own[["client_count", "rest_client_count"]].min(axis=1)
        is_judged = (smallest >= small_group_size) & (own["weight_sum"] > 0)
        level = alpha / max(int(is_judged.sum()), 1)
        judged = []
        for (_, row), is_compared in zip(own.iterrows(), is_judged, strict=True):
            low, high = difference_interval(row, level=level) if is_compared else (math.nan, math.nan)
            judged.append(
                {
                    "portfolio": str(row["portfolio"]),
                    "attribute": str(row["attribute"]),
                    "product_code": str(row["product_code"]),
                    "comparison_count": int(is_judged.sum()),
                    "joint_ci_low": low,
                    "joint_ci_high": high,
                    "finding": finding_of(low, high),
                }
            )
        compared = sorted(
            (row for row in judged if row["finding"] != "not_compared"),
            key=lambda row: (-float(str(row["joint_ci_low"])), str(row["attribute"])),
        )
        for place, judgement in enumerate(compared, start=1):
            judgement["product_rank"] = place
        rows += judged
    return to_frame(rows, PRODUCT_FINDINGS)


def finding_of(low: float, high: float) -> str:
    """Turn an interval of a difference into a finding.

    Examples:
        >>> finding_of(0.01, 0.2), finding_of(-0.1, 0.2)
        ('higher', 'not_shown')
    """
    if math.isnan(low):
        return "not_compared"
    return "higher" if low > 0 else "lower" if high < 0 else "not_shown"


def difference_interval(row: pd.Series, *, level: float) -> tuple[float, float]:
    """Bound the difference of two churn rates over strata, as `adjusted_comparisons` does, at any level.

    Args:
        row: A row of `int_adjusted_sums`.
        level: Chance of not holding the true difference.

    Returns:
        Both ends.

    References:
        Sato, T. (1989). On the variance estimator for the Mantel-Haenszel risk difference. Biometrics 45.
    """
    from scipy.special import ndtri  # slow to import, and the package is imported by every command

    z, weight = float(-ndtri(level / 2)), row["weight_sum"]
    difference = row["difference_sum"] / weight
    if 0 < row["churned_count"] < row["client_count"]:
        variance = difference * row["sato_p_sum"] + row["sato_q_sum"]
        below = above = z * math.sqrt(max(variance, 0.0)) / weight
    else:  # Sato's variance leaves out a group of whom everybody or nobody left
        rates = (row["rate_sum"] / weight, row["rest_rate_sum"] / weight)
        sizes = (weight**2 / row["squared_weight_sum"], weight**2 / row["rest_squared_weight_sum"])
        (low, high), (rest_low, rest_high) = (
            wilson_interval(rate, size, z) for rate, size in zip(rates, sizes, strict=True)
        )
        below = math.hypot(rates[0] - low, rest_high - rates[1])
        above = math.hypot(high - rates[0], rates[1] - rest_low)
    return max(difference - below, -1.0), min(difference + above, 1.0)


def wilson_interval(rate: float, size: float, z: float) -> tuple[float, float]:
    """Bound a rate of so many clients, who need not be a whole number."""
    middle = (rate + z * z / (2 * size)) / (1 + z * z / size)
    half = z * math.sqrt(rate * (1 - rate) / size + z * z / (4 * size * size)) / (1 + z * z / size)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def bound_sets(sets: pd.DataFrame, *, alpha: float = 0.05) -> pd.DataFrame:
    """Bound the churn rate of every set of products, corrected for how many sets of a bank are looked at.

    Args:
        sets: portfolio, product_set, client_count, churned_count. Rare sets, `other`, are not judged.
        alpha: Level for all sets of a bank together.

    Returns:
        The sets with `comparison_count` and the bounds of Clopper and Pearson, empty for `other`.
    """
    found = sets[["portfolio", "product_set", "client_count", "churned_count"]].copy()
    is_set = (found["product_set"] != "other") & (found["client_count"] > 0)
    count = is_set.groupby(found["portfolio"]).transform("sum").astype("int64")
    churned, clients = found["churned_count"].to_numpy(float), found["client_count"].to_numpy(float)
    level = alpha / 2 / np.maximum(count.to_numpy(float), 1.0)
    low = exact_lower_bounds(churned, clients, level=level)
    high = 1 - exact_lower_bounds(clients - churned, clients, level=level)
    return (
        found[["portfolio", "product_set"]]
        .astype("str")
        .assign(
            comparison_count=count,
            joint_ci_low=np.where(is_set, low, np.nan),
            joint_ci_high=np.where(is_set, high, np.nan),
        )
    )
