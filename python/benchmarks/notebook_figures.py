"""What both notebooks (pandas, polars) share: the registered hypotheses, bands, and tests on a few sums."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

MARKERS = ("", "NULL", "null", "NaN", "nan", "None", "N/A", "n/a", "NA", "#N/A", "-", "–", "—")
COLUMNS = {
    "userid": "client_id",
    "City": "city",
    "Gender": "gender",
    "Age": "age",
    "score": "credit_score",
    "Objects": "property_points",
    "Balance": "balance",
    "Products": "product_count",
    "CreditCard": "has_credit_card",
    "Loyalty": "is_active",
    "estimated_salary": "estimated_salary",
    "Churn": "is_churned",
}
LIMITS = {
    "age": (14, 120),
    "credit_score": (0, 1000),
    "property_points": (0, 100),
    "balance": (0, 1e12),
    "product_count": (0, 20),
    "estimated_salary": (0, 1e10),
}
GENDERS = {"Ж": "female", "М": "male"}
FLAGS = {"0": False, "1": True}
MONEY = ("balance", "estimated_salary")
METRICS = ("age", "credit_score", "property_points", "product_count", "balance", "estimated_salary")
EDGES = {"age_band": ("age", [18, 31, 41, 51, 66]), "property_band": ("property_points", [1, 3, 5, 7])}
QUARTERS = {"credit_score_band": "credit_score", "balance_band": "balance", "salary_band": "estimated_salary"}
ATTRIBUTES = (
    "city",
    "gender",
    "product_count",
    "is_active",
    "has_credit_card",
    "has_balance",
    "age_band",
    "property_band",
    "credit_score_band",
    "balance_band",
    "salary_band",
)
PAIRED = ("city", "gender", "product_count", "is_active")
GROUPS = (
    "is_churned",
    "product_count",
    "city",
    "gender",
    "is_active",
    "has_credit_card",
    "age_band",
    "has_balance",
)
QUANTILES = (0.25, 0.5, 0.75)

# Metric, attribute, group a, group b of the tests that compare two groups by t-test and by ranks.
TWO_GROUPS = {
    "H01": ("age", "product_count", 1, 2),
    "H03": ("age", "is_active", True, False),
    "H05": ("estimated_salary", "is_churned", True, False),
    "H06": ("age", "is_churned", True, False),
    "H16": ("credit_score", "is_churned", True, False),
    "H17": ("property_points", "is_churned", True, False),
    "H18": ("balance", "is_churned", True, False),
}
MANY_GROUPS = {"H19": ("age", "product_count"), "H20": ("estimated_salary", "city")}
TABLES = {
    "H02": ("has_credit_card", "gender"),
    "H04": ("is_churned", "is_active"),
    "H07": ("is_churned", "city"),
    "H09": ("is_churned", "gender"),
    "H10": ("is_churned", "product_count"),
    "H12": ("is_churned", "age_band"),
    "H13": ("is_churned", "has_credit_card"),
    "H14": ("is_churned", "has_balance"),
    "H15": ("has_balance", "city"),
}


@dataclass(frozen=True)
class Tested:
    """One line of the table of tests."""

    hypothesis_id: str
    test: str
    statistic: float
    p_value: float


def wilson(churned: Any, clients: Any) -> tuple[Any, Any]:  # noqa: ANN401
    """Wilson's interval of a share, elementwise.

    Args:
        churned: Counts.
        clients: Counts of which they are a part.

    Returns:
        Lower and upper bounds.
    """
    z2 = stats.norm.ppf(0.975) ** 2
    middle = churned + z2 / 2
    half = np.sqrt(z2) * np.sqrt(churned * (clients - churned) / clients + z2 / 4)
    return (middle - half) / (clients + z2), (middle + half) / (clients + z2)


def t_test(name: str, a: tuple[float, float, int], b: tuple[float, float, int]) -> Tested:
    """Welch's test from mean, standard deviation and count of two groups.

    Args:
        name: Of the hypothesis.
        a: The first group.
        b: The second group.

    Returns:
        The test.
    """
    result = stats.ttest_ind_from_stats(*a, *b, equal_var=False)
    return Tested(name, "welch_t", float(result.statistic), float(result.pvalue))


def u_test(name: str, rank_sum: float, n_a: int, n_b: int, ties: float) -> Tested:
    """Mann–Whitney's test from a rank sum (normal approximation, no correction for continuity).

    Args:
        name: Of the hypothesis.
        rank_sum: Of the first group, among both.
        n_a: Its size.
        n_b: Size of the second group.
        ties: Sum of t³ - t over the sets of equal values.

    Returns:
        The test.
    """
    u, n = rank_sum - n_a * (n_a + 1) / 2, n_a + n_b
    deviation = math.sqrt(n_a * n_b / 12 * (n + 1 - ties / (n * (n - 1))))
    z = (u - n_a * n_b / 2) / deviation
    return Tested(name, "mann_whitney", u, float(2 * stats.norm.sf(abs(z))))


def h_test(name: str, rank_sums: Any, sizes: Any, ties: float) -> Tested:  # noqa: ANN401
    """Kruskal and Wallis' test from the rank sums of the groups.

    Args:
        name: Of the hypothesis.
        rank_sums: One per group.
        sizes: One per group.
        ties: Sum of t³ - t over the sets of equal values.

    Returns:
        The test.
    """
    n = sizes.sum()
    h = (12 / (n * (n + 1)) * (rank_sums**2 / sizes).sum() - 3 * (n + 1)) / (1 - ties / (n**3 - n))
    return Tested(name, "kruskal_wallis", float(h), float(stats.chi2.sf(h, len(sizes) - 1)))


def table_test(name: str, table: Any) -> Tested:  # noqa: ANN401
    """Pearson's chi-square test of a table of counts.

    Args:
        name: Of the hypothesis.
        table: Rows and columns of counts.

    Returns:
        The test.
    """
    result = stats.chi2_contingency(table, correction=False)
    return Tested(name, "chi_square", float(result.statistic), float(result.pvalue))
