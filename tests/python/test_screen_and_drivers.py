"""attribute_screen and churn_drivers against the same tests by scipy and statsmodels on raw client rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from conftest import Build
from scipy import stats
from scipy.stats.contingency import association
from statsmodels.stats.multitest import multipletests
from test_hypotheses import raw_groups, two_proportions, welch

PORTFOLIOS = ["bank_scrooge", "metanprom"]
EVERY = 11  # of the screen's rows in the order of their ids, for about 40 of them
COUNTED = ("age", "credit_score", "property_points", "product_count")


@pytest.fixture(scope="module")
def clients(demo_build: Build) -> pd.DataFrame:
    return demo_build.frame("select *, not has_balance as balance_missing from clients")


@pytest.fixture(scope="module")
def sample(demo_build: Build) -> list[dict]:
    """Every so-manieth comparison of the screen that could be computed, and each of the few by Fisher."""
    rows = demo_build.frame(
        f"""select * from attribute_screen where p_value is not null
        qualify row_number() over (order by portfolio, comparison_id) % {EVERY} = 1
        or test_name = 'fisher_exact'""",
    )
    return rows.to_dict("records")


def fisher(a: np.ndarray, b: np.ndarray) -> dict[str, float]:
    table = [[group.sum(), len(group) - group.sum()] for group in (a, b)]
    exact = {"statistic": a.sum(), "p_value": stats.fisher_exact(np.array(table, dtype=int)).pvalue}
    return two_proportions(a, b) | exact


def expected_screen(row: dict, a: np.ndarray, b: np.ndarray) -> dict[str, float]:
    if row["test_name"] == "fisher_exact":
        return fisher(a, b)
    if row["test_name"] == "two_proportions_z":
        return two_proportions(a, b)
    figures = welch(a, b)
    if row["metric"] in COUNTED:  # salary and balance are ranked by their rounded values
        return figures
    return {name: value for name, value in figures.items() if not name.startswith("companion")}


def test_the_sample_has_every_test_and_many_metrics(sample: list[dict]):
    assert 35 <= len(sample) <= 50
    assert {row["test_name"] for row in sample} == {"welch_t", "two_proportions_z", "fisher_exact"}
    assert len({row["metric"] for row in sample}) >= 8
    assert sum(row["metric"] in COUNTED for row in sample) >= 10


def test_screened_pairs_equal_raw_rows(sample: list[dict], clients: pd.DataFrame):
    for row in sample:
        a, b = raw_groups(clients[clients["portfolio"] == row["portfolio"]], row).values()
        assert (row["n_a"], row["n_b"]) == (len(a), len(b))
        for name, expected in expected_screen(row, a, b).items():
            found = pytest.approx(expected, rel=1e-9, abs=1e-300)
            assert row[name] == found, (row["portfolio"], row["comparison_id"], name)


def test_an_expected_count_below_five_asks_for_fishers_test(demo_build: Build, clients: pd.DataFrame):
    rows = demo_build.frame(
        "select * from attribute_screen where metric = 'is_churned' and p_value is not null"
    )
    for row in rows.to_dict("records"):
        a, b = raw_groups(clients[clients["portfolio"] == row["portfolio"]], row).values()
        table = [[group.sum(), len(group) - group.sum()] for group in (a, b)]
        is_small = stats.contingency.expected_freq(table).min() < 5
        assert row["test_name"] == ("fisher_exact" if is_small else "two_proportions_z"), row["comparison_id"]


def information_value(table: np.ndarray) -> float:
    """Siddiqi (2006), with ½ added to every cell."""
    churned, stayed = ((table + 0.5) / (table + 0.5).sum(axis=0)).T
    return float(((churned - stayed) * np.log(churned / stayed)).sum())


def expected_driver(clients: pd.DataFrame, attribute: str) -> dict[str, float]:
    """An unknown value is a category of its own."""
    known = clients[clients["is_churned"].notna()]
    values = known[attribute].astype("str").where(known[attribute].notna(), "unknown")
    outcome = known["is_churned"].map({True: "churned", False: "stayed"})
    table = pd.crosstab(values, outcome)[["churned", "stayed"]].to_numpy()
    test = stats.chi2_contingency(table, correction=False)
    return {
        "client_count": table.sum(),
        "churned_count": table[:, 0].sum(),
        "value_count": len(table),
        "statistic": test.statistic,
        "degrees_of_freedom": test.dof,
        "p_value": test.pvalue,
        "cramers_v": association(table, method="cramer", correction=False),
        "information_value": information_value(table),
    }


@pytest.mark.parametrize("portfolio", PORTFOLIOS)
def test_every_driver_equals_raw_rows(demo_build: Build, clients: pd.DataFrame, portfolio: str):
    rows = demo_build.frame(f"select * from churn_drivers where portfolio = '{portfolio}' order by rank")
    own = clients[clients["portfolio"] == portfolio]
    assert len(rows) == 11
    for row in rows.to_dict("records"):
        for name, expected in expected_driver(own, row["attribute"]).items():
            found = pytest.approx(expected, rel=1e-9, abs=1e-300)
            assert row[name] == found, (row["attribute"], name)
    strengths = [expected_driver(own, attribute)["cramers_v"] for attribute in rows["attribute"]]
    assert strengths == sorted(strengths, reverse=True)
    adjusted = multipletests(rows["p_value"], method="holm")[1]
    assert rows["p_value_adjusted"].to_numpy() == pytest.approx(adjusted, rel=1e-9, abs=1e-300)


@pytest.mark.parametrize("portfolio", PORTFOLIOS)
def test_the_screen_is_corrected_by_benjamini_and_hochberg(demo_build: Build, portfolio: str):
    for family in ("churn", "attributes"):
        rows = demo_build.frame(
            f"""select p_value, p_value_adjusted, comparison_count from attribute_screen
            where portfolio = '{portfolio}' and p_value is not null
                and family = '{family}'
                and (family = 'churn') = ('is_churned' in (metric, group_attribute))""",
        )
        assert len(rows) > 20
        assert (rows["comparison_count"] == len(rows)).all()
        expected = multipletests(rows["p_value"], method="fdr_bh")[1]
        assert rows["p_value_adjusted"].to_numpy() == pytest.approx(expected, rel=1e-9, abs=1e-300)


def test_pairs_with_a_small_group_are_shown_and_not_tested(demo_build: Build):
    rows = demo_build.query(
        """select
            least(n_a, n_b) < 30, is_small_group, p_value is null, p_value_adjusted is null, verdict, reason
        from attribute_screen where least(n_a, n_b) < 30 or is_small_group"""
    )
    assert rows
    assert {row[:5] for row in rows} == {(True, True, True, True, "not_computable")}
    assert "group_too_small" in {row[5] for row in rows}
