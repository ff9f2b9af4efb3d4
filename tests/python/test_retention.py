"""The retention list, its offers and its budget, worked out again from clients, scores and target groups."""

from __future__ import annotations

import json

import duckdb
import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import yaml
from conftest import ROOT, Build, csv_rows
from scipy.optimize import linprog

VARS = yaml.safe_load((ROOT / "dbt_project.yml").read_text())["vars"]


def annual_value(products: float) -> float:
    rows = csv_rows(ROOT / "seeds/product_values.csv")
    count = 0 if pd.isna(products) else products
    return [float(row["annual_value"]) for row in rows if int(row["products_from"]) <= count][-1]


def seed(name: str) -> list[dict[str, str]]:
    return csv_rows(ROOT / f"seeds/{name}.csv")


@pytest.fixture(scope="module")
def staying(demo_build: Build) -> pd.DataFrame:
    clients = demo_build.frame(
        """select clients.*, scores.churn_probability, scores.risk_band
        from clients inner join client_churn_scores as scores using (client_key)
        where clients.is_churned is not true""",
    ).set_index("client_key")
    clients["value"] = clients.balance.fillna(0) * VARS["balance_margin"] + clients.product_count.map(
        annual_value, na_action=None
    )
    average = clients.groupby("portfolio").value.transform("mean")
    clients["counted"] = np.minimum(clients.value, VARS["max_value_multiple"] * average)
    clients["to_save"] = clients.churn_probability * clients.counted
    return clients


@pytest.fixture(scope="module")
def listed(demo_build: Build) -> pd.DataFrame:
    return demo_build.frame("select * from retention_list").set_index("client_key")


@pytest.fixture(scope="module")
def nets(demo_build: Build, staying: pd.DataFrame) -> pd.DataFrame:
    """Every remaining client's result by every offer that the client can get, by the seeds' rules alone."""
    supported = set(
        demo_build.query("select portfolio, recommendation_id from recommendations where is_supported")
    )
    evidence = {row["recommendation_id"]: row for row in seed("registered_recommendations")}
    turned = {
        (portfolio, hypothesis): (attribute, {"higher": higher or "", "lower": lower or ""})
        for portfolio, hypothesis, attribute, higher, lower in demo_build.query(
            """select portfolio, hypothesis_id, stratified_attribute, strata_higher, strata_lower
            from hypothesis_results where direction_reverses"""
        )
    }
    columns = {}
    for offer in seed("offers"):
        cost = float(offer["contact_cost"] or VARS["contact_cost"])
        kept = float(offer["kept_share"] or VARS["retention_effectiveness"])
        wanted = offer["recommendation_id"]
        made = staying.portfolio.map(
            lambda portfolio, wanted=wanted: not wanted or (portfolio, wanted) in supported
        )
        for rule in seed("offer_rules"):
            if rule["offer_code"] == offer["offer_code"]:
                made &= as_group(staying[rule["attribute"]]).isin(rule["allowed_values"].split("|"))
        if offer["offer_code"] == "next_product":
            made &= lacks_what_others_hold(demo_build, staying)
        rests_on = evidence.get(wanted, {})
        for (portfolio, hypothesis), (attribute, strata) in turned.items():
            if rests_on.get("evidence_key") == hypothesis and rests_on["expected"] in strata:
                held = as_group(staying[attribute]).isin(strata[rests_on["expected"]].split("|"))
                made &= held | (staying.portfolio != portfolio)
        columns[offer["offer_code"]] = (staying.to_save * kept - cost).where(made)
    return pd.DataFrame(columns)


def lacks_what_others_hold(build: Build, staying: pd.DataFrame) -> pd.Series:
    """Whether a client lacks a product that a group of clients alike holds more often, by `next_product`."""
    told = staying.additional_attributes.map(lambda text: json.loads(text) if text else {})
    lacks = pd.Series(data=False, index=staying.index)
    for group in build.frame("select * from next_product").itertuples():
        found = staying.portfolio == group.portfolio
        found &= told.map(lambda held, code=group.product_code: held.get(f"holds_{code}") is False)
        for name, value in ((group.attribute_1, group.value_1), (group.attribute_2, group.value_2)):
            if isinstance(name, str):
                of_client = (
                    staying[name] if name in staying else told.map(lambda held, name=name: held.get(name))
                )
                found &= as_group(of_client) == value
        lacks |= found
    return lacks


def as_group(values: pd.Series) -> pd.Series:
    return values.map(
        lambda value: (
            "unknown"
            if pd.isna(value)
            else str(value).lower()
            if isinstance(value, bool | np.bool_)
            else str(int(value))
            if isinstance(value, float)
            else str(value)
        )
    )


def test_the_list_holds_whoever_pays_off_and_who_is_in_a_group(
    demo_build: Build, staying: pd.DataFrame, listed: pd.DataFrame, nets: pd.DataFrame
):
    groups = demo_build.frame(
        """select groups.portfolio, group_code, rule_sql from target_groups as groups
        inner join churn_rates as rates
            on groups.portfolio = rates.portfolio and rates.dimension_name = 'all'
        where lower_bound > rates.churn_rate and not groups.is_small_group""",
    )
    expected: dict[str, set[str]] = {key: set() for key in nets.index[nets.max(axis=1) > 0]}
    paying = len(expected)
    for key in staying.index[staying.risk_band.isin(["high", "very_high"])]:
        expected.setdefault(key, set()).add("high_risk")
    with duckdb.connect(str(demo_build.folder / "build/bank_churn.duckdb"), read_only=True) as connection:
        for group in groups.itertuples():
            members = connection.execute(
                f"""select client_key from clients
                where portfolio = ? and is_churned is not true and {group.rule_sql}""",
                [group.portfolio],
            ).fetchall()
            for (key,) in members:
                expected.setdefault(key, set()).add(group.group_code)
    actual = {key: set(codes.split(" | ")) - {""} for key, codes in listed.target_groups.items()}
    assert actual == expected
    assert 0 < sum(not codes for codes in actual.values()) < paying


def test_money_follows_from_probability_income_and_offer(staying: pd.DataFrame, listed: pd.DataFrame):
    joined = listed.join(staying[["value", "counted", "to_save"]].add_suffix("_worked_out"))
    assert (joined.value_at_risk - joined.value_worked_out).abs().max() < 1e-6
    assert (joined.counted_value - joined.counted_worked_out).abs().max() < 1e-2
    assert joined.is_value_capped.any()
    saved = joined.to_save_worked_out * joined.kept_share
    assert (joined.expected_saved_value - saved).abs().max() < 1e-2
    assert (
        joined.expected_net_value - (joined.expected_saved_value - joined.contact_cost)
    ).abs().max() < 1e-6
    assert (joined.is_worth_contacting == (joined.expected_net_value > 0)).all()
    assert joined.is_worth_contacting.nunique() == 2


def test_nobody_gets_an_offer_that_is_not_for_them(listed: pd.DataFrame, nets: pd.DataFrame):
    for key, row in listed.iterrows():
        assert not pd.isna(nets.loc[key, row.offer]), (key, row.offer)
    assert listed.groupby("portfolio").offer.nunique().min() >= 3


def test_offers_are_within_capacity_and_near_the_linear_optimum(listed: pd.DataFrame, nets: pd.DataFrame):
    capacities = {offer["offer_code"]: float(offer["monthly_capacity"] or "inf") for offer in seed("offers")}
    for portfolio, rows in listed.groupby("portfolio"):
        for code, count in rows.offer.value_counts().items():
            assert count <= capacities[code]
        assert rows.expected_net_value.min() >= -0.01
        own = nets.loc[nets.index.isin(rows.index)].clip(lower=0).fillna(0)
        best = optimum(own.to_numpy(), np.array([capacities[code] for code in own.columns]))
        assert 0.99 * best <= rows.expected_net_value.sum() <= best * (1 + 1e-6), portfolio


def optimum(net: np.ndarray, capacities: np.ndarray) -> float:
    """The largest sum with one offer a client and none beyond its capacity, by HiGHS."""
    net = net[net.max(axis=1) > 0]
    clients, offers = net.shape
    cells = np.arange(clients * offers)
    one_each = scipy.sparse.csr_matrix((np.ones(cells.size), (cells // offers, cells)))
    of_offer = scipy.sparse.csr_matrix((np.ones(cells.size), (cells % offers, cells)))
    is_limited = np.isfinite(capacities)
    found = linprog(
        -net.ravel(),
        A_ub=scipy.sparse.vstack([one_each, of_offer[is_limited]]),
        b_ub=np.concatenate([np.ones(clients), capacities[is_limited]]),
        bounds=(0, 1),
        method="highs",
    )
    return float(-found.fun)


def test_priority_is_by_expected_result(listed: pd.DataFrame):
    for _, rows in listed.groupby("portfolio"):
        ordered = rows.sort_values("priority")
        assert ordered.priority.tolist() == list(range(1, len(rows) + 1))
        assert ordered.expected_net_value.diff().dropna().max() <= 0


def test_the_budget_adds_up_the_contacts_that_pay_off(demo_build: Build, listed: pd.DataFrame):
    for step in demo_build.frame("select * from retention_budget").itertuples():
        rows = listed[(listed.portfolio == step.portfolio) & (listed.priority <= step.contact_count)]
        kept = rows.churn_probability * rows.kept_share
        assert len(rows) == step.contact_count
        assert rows.is_worth_contacting.all()
        assert step.budget == pytest.approx(rows.contact_cost.sum())
        assert step.kept_count == pytest.approx(kept.sum())
        assert step.expected_saved_value == pytest.approx(rows.expected_saved_value.sum(), rel=0.005)
        assert step.expected_net_value == pytest.approx(rows.expected_net_value.sum(), rel=0.006)
        worth = listed[(listed.portfolio == step.portfolio) & listed.is_worth_contacting]
        assert step.paying_contact_count == len(worth)
        assert step.best_net_value == pytest.approx(worth.expected_net_value.sum(), rel=0.005)


def test_intervals_of_the_budget_hold_as_often_as_they_say(demo_build: Build, listed: pd.DataFrame):
    """Campaigns drawn by chance under the assumed shares; expected values are the draws themselves."""
    drawing = np.random.default_rng(1)
    for step in demo_build.frame("select * from retention_budget where budget_step in (5, 20)").itertuples():
        rows = listed[(listed.portfolio == step.portfolio) & (listed.priority <= step.contact_count)]
        chances = (rows.churn_probability * rows.kept_share).to_numpy()
        kept = drawing.random((4_000, len(rows))) < chances
        counts, sums = kept.sum(axis=1), kept @ rows.counted_value.to_numpy()
        assert np.mean((counts >= step.kept_low) & (counts <= step.kept_high)) > 0.92
        assert np.mean((sums >= step.saved_value_low) & (sums <= step.saved_value_high)) > 0.9


def test_risk_bands_count_the_remaining_and_their_income(demo_build: Build, staying: pd.DataFrame):
    scored = staying[staying.churn_probability.notna()]
    for row in demo_build.frame("select * from churn_risk").itertuples():
        everybody = scored[scored.portfolio == row.portfolio]
        clients = everybody if row.risk_band == "all" else everybody[everybody.risk_band == row.risk_band]
        assert row.client_count == len(clients)
        assert row.share_of_clients == pytest.approx(len(clients) / len(everybody))
        assert row.annual_income == pytest.approx(clients.value.sum(), rel=0.005)
        assert (row.currency_ru, row.currency_en) == ("в валюте выгрузки", "in the extract's currency")


def test_a_campaign_pays_for_those_above_break_even(demo_build: Build, staying: pd.DataFrame):
    for row in demo_build.frame("select * from retention_break_even").itertuples():
        results = staying[staying.portfolio == row.portfolio].to_save * row.kept_share - row.contact_cost
        assert row.paying_contact_count == (results > 0).sum()
        assert row.net_value == pytest.approx(results[results > 0].sum(), rel=0.005)


def test_groups_are_ranked_by_what_their_remaining_clients_bring(demo_build: Build, staying: pd.DataFrame):
    groups = demo_build.frame("select * from target_groups")
    with duckdb.connect(str(demo_build.folder / "build/bank_churn.duckdb"), read_only=True) as connection:
        for row in groups.itertuples():
            members = connection.execute(
                f"""select client_key from clients
                where portfolio = ? and is_churned is not true and {row.rule_sql}""",
                [row.portfolio],
            ).df()["client_key"]
            assert row.clients_to_contact == len(members)
            to_save = staying.to_save.reindex(members).sum()
            assert (0 if pd.isna(row.value_to_save) else row.value_to_save) == pytest.approx(
                to_save, rel=0.005
            )
    for _, rows in groups.groupby("portfolio"):
        ranked = rows[rows.action_rank.notna()].sort_values("action_rank")
        assert len(ranked) >= 2
        assert ranked.value_to_save.is_monotonic_decreasing
        cover = rows[rows.cover_order.notna()]
        assert cover.cover_client_count.sum() == pytest.approx(
            cover.cover_share_of_clients.max() * demo_clients(demo_build, rows.portfolio.iloc[0])
        )
        assert cover.sort_values("cover_action_rank").cover_value_to_save.is_monotonic_decreasing


def demo_clients(build: Build, portfolio: str) -> int:
    [(count,)] = build.query(
        f"""select client_count from churn_rates
        where portfolio = '{portfolio}' and dimension_name = 'all'"""
    )
    return int(count)


def test_reasons_are_the_clients_own_values(demo_build: Build, listed: pd.DataFrame, staying: pd.DataFrame):
    words = listed.reason_1_en.dropna()
    assert len(words) > 0.8 * len(listed)
    told = listed[["reason_1_en", "reason_2_en", "reason_3_en"]].fillna("").agg("; ".join, axis=1)
    assert not told.str.contains("woman|female|gender|at most| – |–").any()
    ages = told.str.extract(r"\bage (\d+)\b")[0].dropna().astype(int)
    assert len(ages) > 50
    assert (ages == staying.age.reindex(ages.index)).all()
    balances = told.str.extract(r"balance ([\d,]+)")[0].dropna().str.replace(",", "").astype(float)
    assert len(balances) > 50
    assert ((balances - staying.balance.reindex(balances.index)).abs() <= 0.006 * balances).all()
    high = told[told.str.contains(r"balance [\d,]+, higher than for most")].index
    assert (staying.balance_band.reindex(high) == "q4").all()


def test_the_list_is_for_the_few_and_its_sums_are_for_everyone(demo_build: Build):
    assert demo_build.query("select count(*) > 0 from retention_list", "published/bank_churn_clients.duckdb")
    tables = {name for (name,) in demo_build.query_published("select table_name from duckdb_tables()")}
    assert {"retention_budget", "retention_break_even", "churn_risk", "churn_risk_v1"} <= tables
    assert "retention_list" not in tables


def test_the_curve_sums_the_remaining_clients_in_order(demo_build: Build, staying: pd.DataFrame):
    curve = demo_build.frame("select * from retention_curve order by portfolio, group_code, curve_step")
    groups = demo_build.frame("select * from target_groups where cover_order is not null")
    assert (curve.client_count >= 10).all()
    for portfolio, steps in curve[curve.group_code == "all"].groupby("portfolio"):
        clients = staying[(staying.portfolio == portfolio) & staying.to_save.notna()]
        ordered = clients.sort_values("to_save", ascending=False)
        assert steps.contact_count.iloc[-1] == len(ordered)
        begin = 0
        for step in steps.itertuples():
            found = ordered.iloc[begin : step.contact_count]
            assert step.client_count == len(found)
            assert step.value_to_save == pytest.approx(found.to_save.sum(), rel=0.005)
            assert step.probability_sum == pytest.approx(found.churn_probability.sum(), rel=0.02)
            assert step.value_square == pytest.approx((found.to_save * found.counted).sum(), rel=0.005)
            assert step.saved_square == pytest.approx((found.to_save**2).sum(), rel=0.005)
            begin = step.contact_count
    for group in groups.itertuples():
        steps = curve[(curve.portfolio == group.portfolio) & (curve.group_code == group.group_code)]
        assert steps.client_count.sum() == group.cover_clients_to_contact
        assert steps.value_to_save.sum() == pytest.approx(group.cover_value_to_save, rel=0.01)
