"""The retention list and its budget, worked out again from clients, scores and target groups."""

from __future__ import annotations

import csv

import duckdb
import pandas as pd
import pytest
import yaml
from conftest import ROOT, Build

VARS = yaml.safe_load((ROOT / "dbt_project.yml").read_text())["vars"]


def read(build: Build, query: str) -> pd.DataFrame:
    with duckdb.connect(str(build.folder / "build/bank_churn.duckdb"), read_only=True) as connection:
        return connection.execute(query).df()


def annual_value(products: float) -> float:
    with (ROOT / "seeds/product_values.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    count = 0 if pd.isna(products) else products
    return [float(row["annual_value"]) for row in rows if int(row["products_from"]) <= count][-1]


@pytest.fixture(scope="module")
def staying(demo_build: Build) -> pd.DataFrame:
    clients = read(
        demo_build,
        """select clients.*, scores.churn_probability, scores.risk_band
        from clients inner join client_churn_scores as scores using (client_key)
        where clients.is_churned is not true""",
    ).set_index("client_key")
    clients["value"] = clients.balance.fillna(0) * VARS["balance_margin"] + clients.product_count.map(
        annual_value, na_action=None
    )
    return clients


@pytest.fixture(scope="module")
def listed(demo_build: Build) -> pd.DataFrame:
    return read(demo_build, "select * from retention_list").set_index("client_key")


def test_the_list_holds_those_who_stay_and_are_in_a_group(
    demo_build: Build, staying: pd.DataFrame, listed: pd.DataFrame
):
    groups = read(
        demo_build,
        """select groups.portfolio, group_code, rule_sql from target_groups as groups
        inner join churn_rates as rates
            on groups.portfolio = rates.portfolio and rates.dimension_name = 'all'
        where lower_bound > rates.churn_rate and not groups.is_small_group""",
    )
    expected: dict[str, set[str]] = {
        key: {"high_risk"} for key in staying.index[staying.risk_band.isin(["high", "very_high"])]
    }
    with duckdb.connect(str(demo_build.folder / "build/bank_churn.duckdb"), read_only=True) as connection:
        for group in groups.itertuples():
            members = connection.execute(
                f"""select client_key from clients
                where portfolio = ? and is_churned is not true and {group.rule_sql}""",
                [group.portfolio],
            ).fetchall()
            for (key,) in members:
                expected.setdefault(key, set()).add(group.group_code)
    actual = {key: set(codes.split(" | ")) for key, codes in listed.target_groups.items()}
    assert actual == expected


def test_money_follows_from_probability_value_and_settings(staying: pd.DataFrame, listed: pd.DataFrame):
    joined = listed.join(staying[["value", "churn_probability"]].add_suffix("_scored"))
    saved = joined.churn_probability_scored * joined.value_scored * VARS["retention_effectiveness"]
    assert (joined.value_at_risk - joined.value_scored).abs().max() < 1e-6
    assert (joined.expected_saved_value - saved).abs().max() < 1e-6
    assert (joined.expected_net_value - (saved - VARS["contact_cost"])).abs().max() < 1e-6
    assert (joined.is_worth_contacting == (joined.expected_net_value > 0)).all()
    assert joined.is_worth_contacting.nunique() == 2
    # A contact pays off exactly where the probability is above the break-even one.
    known = joined[joined.break_even_probability.notna()]
    assert (known.is_worth_contacting == (known.churn_probability > known.break_even_probability)).all()


def test_priority_is_by_expected_result(listed: pd.DataFrame):
    for _, rows in listed.groupby("portfolio"):
        ordered = rows.sort_values("priority")
        assert ordered.priority.tolist() == list(range(1, len(rows) + 1))
        assert ordered.expected_net_value.diff().dropna().max() <= 0


def test_offers_come_from_supported_recommendations_only(demo_build: Build, listed: pd.DataFrame):
    supported = set(
        demo_build.query("select portfolio, recommendation_id from recommendations where is_supported")
    )
    offers = set(zip(listed.portfolio, listed.offer, strict=True))
    assert {pair for pair in offers if pair[1] is not None} <= supported
    assert listed.offer_label_ru.notna().equals(listed.offer.notna())
    assert listed.offer.notna().mean() > 0.9


def test_the_budget_adds_up_the_list(demo_build: Build, listed: pd.DataFrame):
    for step in read(demo_build, "select * from retention_budget").itertuples():
        rows = listed[(listed.portfolio == step.portfolio) & (listed.priority <= step.contact_count)]
        assert len(rows) == step.contact_count
        assert step.budget == pytest.approx(len(rows) * VARS["contact_cost"])
        assert step.expected_churned_count == pytest.approx(rows.churn_probability.sum())
        assert step.expected_clients_saved == pytest.approx(
            rows.churn_probability.sum() * VARS["retention_effectiveness"]
        )
        assert step.expected_saved_value == pytest.approx(rows.expected_saved_value.sum())
        assert step.expected_net_value == pytest.approx(rows.expected_net_value.sum())
        worth = listed[(listed.portfolio == step.portfolio) & listed.is_worth_contacting]
        assert step.break_even_contact_count == len(worth)
        assert step.best_net_value == pytest.approx(worth.expected_net_value.sum())
        assert step.pays_off == (rows.sort_values("priority").expected_net_value.iloc[-1] > 0)


def test_clients_at_risk_add_up(demo_build: Build, staying: pd.DataFrame):
    scored = staying[staying.churn_probability.notna()]
    for row in read(demo_build, "select * from churn_risk").itertuples():
        clients = scored[scored.portfolio == row.portfolio]
        clients = clients if row.risk_band == "all" else clients[clients.risk_band == row.risk_band]
        assert row.client_count == len(clients)
        assert row.expected_churned_count == pytest.approx(clients.churn_probability.sum())
        assert row.value_at_risk == pytest.approx(clients.value.sum())
        assert row.expected_loss == pytest.approx((clients.value * clients.churn_probability).sum())


def test_the_list_is_for_the_few_and_its_sums_are_for_everyone(demo_build: Build):
    assert demo_build.query("select count(*) > 0 from retention_list", "published/bank_churn_clients.duckdb")
    tables = {name for (name,) in demo_build.query_published("select table_name from duckdb_tables()")}
    assert {"retention_budget", "churn_risk"} <= tables
    assert "retention_list" not in tables
