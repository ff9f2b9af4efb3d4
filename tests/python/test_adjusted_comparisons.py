"""adjusted_comparisons against regressions on raw client rows, and in words on the real extracts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from conftest import Build
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from test_target_groups import ATTRIBUTES, as_text

PORTFOLIOS = ["bank_scrooge", "metanprom"]


@pytest.fixture(scope="module")
def clients(demo_build: Build) -> dict[str, pd.DataFrame]:
    rows = demo_build.frame("select * from clients where is_churned is not null")
    return dict(iter(rows.groupby("portfolio")))


def demeaned(values: pd.Series, strata: pd.Series) -> np.ndarray:
    return (values - values.groupby(strata).transform("mean")).to_numpy()


def regression(clients: pd.DataFrame, row: dict) -> tuple[float, float]:
    """The group's coefficient with a constant for every stratum, and its robust standard error (HC0).

    A stratum weighs by n₁n₀/N in least squares, as in the Mantel–Haenszel difference; the variance is
    White's, made of residuals and not of Sato's sums.
    """
    texts = as_text(clients)
    known = texts[texts[row["attribute"]].notna()]
    strata = known[row["held_alike"].split(", ")].fillna("unknown").agg("|".join, axis=1)
    group = (known[row["attribute"]] == row["attribute_value"]).astype(float)
    x, y = demeaned(group, strata), demeaned(known["is_churned"].astype(float), strata)
    slope = float(x @ y / (x @ x))
    return slope, float(np.sqrt(x**2 @ (y - slope * x) ** 2) / (x @ x))


def of_weighted_rates(clients: pd.DataFrame, row: dict) -> tuple[float, float]:
    """The difference's limits from Wilson's intervals of the two weighted rates (Zou and Donner's MOVER)."""
    texts = as_text(clients)
    known = texts[texts[row["attribute"]].notna()]
    strata = known[row["held_alike"].split(", ")].fillna("unknown").agg("|".join, axis=1)
    sides = (
        known["is_churned"].astype(float).groupby([strata, known[row["attribute"]] == row["attribute_value"]])
    )
    counts, rates = sides.size().unstack().dropna(), sides.mean().unstack().dropna()
    weights = counts[True] * counts[False] / counts.sum(axis=1)
    weights /= weights.sum()
    rate, limits = {}, {}
    for side in (True, False):
        rate[side], size = float(weights @ rates[side]), 1 / float((weights**2 / counts[side]).sum())
        limits[side] = proportion_confint(rate[side] * size, size, method="wilson")
    below = np.hypot(rate[True] - limits[True][0], limits[False][1] - rate[False])
    above = np.hypot(limits[True][1] - rate[True], rate[False] - limits[False][0])
    return rate[True] - rate[False] - below, min(rate[True] - rate[False] + above, 1)


@pytest.mark.parametrize("portfolio", [pytest.param("bank_scrooge", marks=pytest.mark.slow), "metanprom"])
def test_every_group_equals_a_regression_on_rows(
    demo_build: Build, clients: dict[str, pd.DataFrame], portfolio: str
):
    rows = demo_build.frame(f"select * from adjusted_comparisons where portfolio = '{portfolio}'")
    assert set(rows["attribute"]) == set(ATTRIBUTES)
    for row in rows[rows["adjusted_difference"].notna()].to_dict("records"):
        slope, error = regression(clients[portfolio], row)
        assert row["adjusted_difference"] == pytest.approx(slope, abs=1e-9), row["attribute_value"]
        if row["churned_count"] in (0, row["client_count"]):
            expected = of_weighted_rates(clients[portfolio], row)
            assert (row["adjusted_ci_low"], row["adjusted_ci_high"]) == pytest.approx(expected, abs=1e-9)
        elif not row["is_small_group"]:
            width = row["adjusted_ci_high"] - row["adjusted_ci_low"]
            assert width == pytest.approx(2 * 1.96 * error, rel=0.25), (row["attribute_value"], error)


@pytest.mark.parametrize("portfolio", PORTFOLIOS)
def test_crude_differences_have_newcombes_interval(demo_build: Build, portfolio: str):
    rows = demo_build.frame(f"select * from adjusted_comparisons where portfolio = '{portfolio}'")
    for row in rows.to_dict("records"):
        counts = [int(row[name]) for name in ("churned_count", "client_count")]
        rest = [int(row[name]) for name in ("rest_churned_count", "rest_client_count")]
        expected = confint_proportions_2indep(*counts, *rest, method="newcomb", compare="diff")
        assert (row["crude_ci_low"], row["crude_ci_high"]) == pytest.approx(expected, abs=1e-9)


def test_the_strongest_other_drivers_are_held_alike(demo_build: Build):
    drivers = demo_build.frame("select * from churn_drivers where verdict in ('differs', 'unclear')")
    balance = {"has_balance", "balance_band"}
    rows = demo_build.frame("select distinct portfolio, attribute, held_alike from adjusted_comparisons")
    for row in rows.to_dict("records"):
        own = drivers[drivers["portfolio"] == row["portfolio"]].sort_values("rank")["attribute"].tolist()
        first = next((name for name in own if name in balance), "")
        others = [
            name
            for name in own
            if name != row["attribute"]
            and (name not in balance or (name == first and row["attribute"] not in balance))
        ]
        assert row["held_alike"].split(", ") == others[:4], row


def test_what_is_left_of_rostov(real_build: Build):
    sentences = dict(
        real_build.query(
            """select portfolio, sentence_en from adjusted_comparisons
            where attribute = 'city' and attribute_value = 'Ростов Великий'"""
        )
    )
    assert sentences == {
        "metanprom": "Rostov Veliky: churn 32.6% against 16.2% among the others; among clients alike in "
        "attributes (number of products, age band, activity, balance), it is higher by 9.6 to 14.2 pp "
        "(95% interval; 48.7% of the others have no counterpart)",
        "bank_scrooge": "Rostov Veliky: churn 19.5% against 17.7% among the others; among clients alike in "
        "attributes (balance, number of products, property, activity), the difference is between "
        "−1.0 and +3.5 pp (95% interval)",
    }


def test_a_group_of_few_people_has_no_figures_in_public(demo_build: Build):
    hidden = demo_build.query_published(
        """select count(*), count(churn_rate), count(adjusted_difference), count(sentence_en),
            count(rest_churned_count) from adjusted_comparisons where is_suppressed"""
    )
    shown = demo_build.query_published("select count(*) from adjusted_comparisons where not is_suppressed")
    assert hidden[0][1:] == (0, 0, 0, 0)
    assert shown[0][0] > 60
