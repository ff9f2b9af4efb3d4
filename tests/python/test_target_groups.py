"""Target groups against an exhaustive search in pandas, and the recommendations on the real extracts."""

from __future__ import annotations

import itertools

import duckdb
import numpy as np
import pandas as pd
import pytest
from bank_churn.targeting import cover_churn, group_bounds
from conftest import Build
from scipy.stats import binom
from statsmodels.stats.proportion import proportion_confint

ATTRIBUTES = (
    *("city", "gender", "product_count", "is_active", "has_credit_card", "has_balance", "age_band"),
    *("credit_score_band", "property_band", "balance_band", "salary_band"),
)
MIN_SIZE = 150


def as_text(clients: pd.DataFrame) -> pd.DataFrame:
    """Clients with their banded attributes as they stand in a rule; what is missing is left out."""
    texts = clients[["is_churned"]].copy()
    for attribute in ATTRIBUTES:
        texts[attribute] = clients[attribute].map(
            lambda value: (
                None
                if pd.isna(value)
                else str(value).lower()
                if isinstance(value, bool | np.bool_)
                else str(int(value))
                if isinstance(value, float)
                else str(value)
            )
        )
    return texts


def exhaustive_search(clients: pd.DataFrame) -> pd.DataFrame:
    """Every conjunction of one to three conditions, counted one group-by after another."""
    texts, parts = as_text(clients), []
    for size in (1, 2, 3):
        for names in itertools.combinations(ATTRIBUTES, size):
            if {"has_balance", "balance_band"} <= set(names):
                continue
            counts = texts.groupby(list(names))["is_churned"].agg(["count", "sum"]).reset_index()
            rule = counts[list(names)].apply(
                lambda row: ";".join(f"{name}={row[name]}" for name in row.index), axis=1
            )
            parts.append(
                pd.DataFrame({"rule": rule, "client_count": counts["count"], "churned_count": counts["sum"]})
            )
    return pd.concat(parts, ignore_index=True)


@pytest.mark.parametrize("portfolio", ["metanprom", "bank_scrooge"])
def test_the_search_finds_what_an_exhaustive_one_finds(demo_build: Build, portfolio: str):
    clients = demo_build.frame(f"select * from clients where portfolio = '{portfolio}'")
    expected = exhaustive_search(clients)
    level = 0.05 / len(expected)
    [(count, value)] = demo_build.query(
        f"select comparison_count, bound_level from target_group_search where portfolio = '{portfolio}'"
    )
    assert (count, value) == (len(expected), pytest.approx(level, rel=1e-12))

    expected = expected[expected.client_count >= MIN_SIZE]
    low, _ = proportion_confint(
        expected.churned_count.astype(float),
        expected.client_count,
        alpha=2 * level,
        method="beta",  # Clopper and Pearson's
    )
    expected = expected.assign(lower_bound=low)[low > clients.is_churned.mean()].set_index("rule")
    found = demo_build.frame(
        f"select * from target_group_candidates where portfolio = '{portfolio}'"
    ).set_index("rule")
    assert set(found.index) == set(expected.index)
    joined = found.join(expected.add_suffix("_expected"))
    assert (joined.client_count == joined.client_count_expected).all()
    assert (joined.churned_count == joined.churned_count_expected).all()
    assert np.allclose(joined.lower_bound, joined.lower_bound_expected, rtol=1e-9)
    assert (joined.sort_values("churn_rank").lower_bound.diff().dropna() <= 0).all()


@pytest.mark.parametrize("portfolio", ["metanprom", "bank_scrooge"])
def test_rules_select_their_clients_and_the_cover_is_disjoint(demo_build: Build, portfolio: str):
    groups = demo_build.frame(f"select * from target_groups where portfolio = '{portfolio}'")
    with duckdb.connect(str(demo_build.folder / "build/bank_churn.duckdb"), read_only=True) as connection:
        members = {
            row.group_code: dict(
                connection.execute(
                    f"select client_key, is_churned from clients where portfolio = ? and {row.rule_sql}",
                    [portfolio],
                ).fetchall()
            )
            for row in groups.itertuples()
        }
    for row in groups.itertuples():
        assert len(members[row.group_code]) == row.all_client_count
        assert sum(bool(churned) for churned in members[row.group_code].values()) == row.churned_count
        assert row.clients_to_contact == row.all_client_count - row.churned_count
    taken: set[str] = set()
    for row in groups[groups.cover_order.notna()].sort_values("cover_order").itertuples():
        new = {
            key: churned
            for key, churned in members[row.group_code].items()
            if key not in taken and churned is not None
        }
        assert (len(new), sum(new.values())) == (row.cover_client_count, row.cover_churned_count)
        taken |= new.keys()
    assert taken


def test_a_cover_prefers_the_simplest_of_equal_groups_and_stops():
    cells = pd.DataFrame(
        {
            "portfolio": "p",
            "city": ["a", "a", "b", "b"],
            "gender": ["f", "m", "f", "m"],
            "known_churn_count": [100, 100, 100, 100],
            "churned_count": [90, 80, 10, 5],
        }
    )
    rules = ["city=a", "city=b", "gender=f", "gender=m", "city=a;gender=f", "city=b;gender=m"]
    candidates = pd.DataFrame(
        {
            "portfolio": "p",
            "rule": rules,
            "condition_count": [1, 1, 1, 1, 2, 2],
            "client_count": [200, 200, 200, 200, 100, 100],
            "bound_level": 0.02,
            "portfolio_churn_rate": 185 / 400,
        }
    )
    cover = cover_churn(cells, candidates, min_group_size=100, max_groups=5)
    # Both women of a and everyone in a are above the rate; what is left of a after the women still is.
    assert cover.rule.tolist() == ["city=a;gender=f", "city=a"]
    assert cover.cover_client_count.tolist() == [100, 100]
    assert cover.cover_churned_count.tolist() == [90, 80]
    assert cover_churn(cells, candidates[:0], min_group_size=100, max_groups=5).empty


def test_a_semicolon_in_a_value_does_not_split_a_rule():
    cells = pd.DataFrame(
        {"portfolio": "p", "city": ["a;b=c", "d"], "known_churn_count": [100, 100], "churned_count": [90, 10]}
    )
    candidates = pd.DataFrame(
        {
            "portfolio": "p",
            "rule": ["city=a%3Bb=c", "city=d"],
            "condition_count": 1,
            "client_count": 100,
            "bound_level": 0.02,
            "portfolio_churn_rate": 0.5,
        }
    )
    cover = cover_churn(cells, candidates, min_group_size=50, max_groups=3)
    assert cover.rule.tolist() == ["city=a%3Bb=c"]


def test_a_bound_is_the_rate_at_which_so_many_would_churn_with_the_chance_stated():
    """By the binomial distribution itself; α / m for m groups looked at."""
    tallies = pd.DataFrame(
        [("a", 60, 60, 1), ("a", 150, 90, 4_700), ("a", 150, 0, 4_700), ("a", 0, 0, 4_700)],
        columns=["portfolio", "client_count", "churned_count", "comparison_count"],
    )
    found = group_bounds(tallies)
    assert found.bound_level.tolist() == [0.05, *[0.05 / 4_700] * 3]
    assert found.lower_bound[0] == pytest.approx(0.05 ** (1 / 60))
    assert binom.sf(89, 150, found.lower_bound[1]) == pytest.approx(0.05 / 4_700, rel=1e-6)
    assert found.lower_bound[2] == 0
    assert pd.isna(found.lower_bound[3])


@pytest.mark.parametrize("rate", [0.05, 0.2, 0.5])
@pytest.mark.parametrize("clients", [150, 1_000])
def test_a_bound_errs_no_more_often_than_stated_whatever_the_rate(rate: float, clients: int):
    """The chance that the bound lies above the true rate, summed over all numbers of churned clients."""
    churned = np.arange(clients + 1)
    tallies = pd.DataFrame(
        {"portfolio": "a", "client_count": clients, "churned_count": churned, "comparison_count": 4_700}
    )
    wrong = group_bounds(tallies).lower_bound.to_numpy() > rate
    assert binom.pmf(churned[wrong], clients, rate).sum() <= 0.05 / 4_700


def test_known_groups_of_the_real_extracts(real_build: Build):
    groups = {
        (portfolio, code): (clients, round(rate, 3))
        for portfolio, code, clients, rate in real_build.query(
            "select portfolio, group_code, client_count, churn_rate from target_groups"
        )
    }
    assert groups["metanprom", "one_product_inactive_41_65"] == (785, 0.629)
    assert groups["metanprom", "inactive_51_65"] == (317, 0.858)
    assert groups["metanprom", "three_or_four_products"] == (262, 0.874)
    assert groups["bank_scrooge", "active_men_high_balance"] == (428, 0.605)
    assert groups["metanprom", "product_count=1;is_active=false;age_band=51-65"] == (218, 0.89)


def test_the_search_holds_up_in_the_other_half(real_build: Build):
    for portfolio, groups, clients, churn, held, checked in real_build.query(
        """select portfolio, cover_group_count, cover_share_of_clients, cover_share_of_churn, half_held_share,
        half_group_count from target_group_search"""
    ):
        assert groups <= 8, portfolio
        assert churn > 2.5 * clients
        assert checked > 500
        assert held > 0.95


def test_small_groups_are_marked_and_never_ranked(real_build: Build):
    rows = real_build.query(
        """select is_small_group, churn_rank is null, reading_en like 'too few clients%' from churn_rates
        where client_count between 1 and 29"""
    )
    assert rows
    assert set(rows) == {(True, True, True)}
    assert real_build.query(
        "select reading_en from churn_by_product_count where portfolio = 'metanprom' and product_count = 4"
    ) == [("all 49 left; the churn rate is not below 92.7% (95% confidence)",)]


STATUSES = {
    # bank_scrooge, metanprom
    "call_clients": ("supported", "supported"),
    "targeted_campaigns": ("supported", "supported"),
    "investment_products": ("supported", "not_supported"),
    "personal_service": ("supported", "nobody_left"),
    "exclusive_offers": ("supported", "nobody_left"),
    "deposits_for_women": ("supported", "contradicted"),
    "personal_mailings": ("not_supported", "contradicted"),
    "deposit_loyalty": ("supported", "not_supported"),
    "personal_manager": ("not_supported", "contradicted"),
    "card_bonuses": ("supported", "not_supported"),
    "engage_clients": ("contradicted", "supported"),
    "referral_bonuses": ("not_testable", "not_testable"),
    "loyalty_for_active": ("supported", "contradicted"),
    "long_relations": ("supported", "contradicted"),
    "examine_rostov": ("not_supported", "supported"),
    "explain_missing_balances": ("contradicted", "supported"),
    "check_data_collection": ("supported", "supported"),
    "campaign_for_women": ("contradicted", "not_supported"),
    "stability_for_41_65": ("not_supported", "supported"),
    "churn_by_each_product": ("not_testable", "not_testable"),
    "four_products": ("supported", "supported"),
}


def test_what_the_real_extracts_say_to_every_recommendation(real_build: Build):
    rows = real_build.query("select recommendation_id, portfolio, status, is_supported from recommendations")
    assert {(name, portfolio): status for name, portfolio, status, _ in rows} == {
        (name, portfolio): status
        for name, pair in STATUSES.items()
        for portfolio, status in zip(("bank_scrooge", "metanprom"), pair, strict=True)
    }
    assert all(supported == (status == "supported") for _, _, status, supported in rows)


def test_the_numbers_of_a_recommendation_come_from_the_marts(real_build: Build):
    [(text,)] = real_build.query(
        """select evidence_en from recommendations
        where portfolio = 'metanprom' and recommendation_id = 'four_products'"""
    )
    assert "all 49 left; the churn rate is not below 92.7% (95% confidence)" in text
    [(text, conclusion)] = real_build.query(
        """select evidence_ru, conclusion_ru from recommendations
        inner join hypothesis_results using (portfolio)
        where portfolio = 'metanprom' and recommendation_id = 'examine_rostov' and hypothesis_id = 'H07'"""
    )
    assert text.endswith(conclusion)
    assert "ушли 649 из" in text
