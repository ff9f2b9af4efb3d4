"""Segments and portraits against pandas on client rows, and the study's hints on the real extracts."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from bank_churn.running.dbt_command import WITHOUT_TESTS
from conftest import QUICK, Build, copy_project, run_build

METRICS = ("age", "credit_score", "property_points", "product_count", "balance", "estimated_salary")


def by_products(client: pd.Series) -> str:
    products = 0 if pd.isna(client.product_count) else client.product_count
    if products == 0:
        return "no_products"
    return "paycheck" if products == 1 else "depositors" if products <= 3 else "investors"


def by_products_and_wealth(client: pd.Series) -> str:
    products = 0 if pd.isna(client.product_count) else client.product_count
    wealthy = not pd.isna(client.balance) and not pd.isna(client.property_points)
    if products == 0:
        return "no_products"
    if products >= 4 or (products >= 2 and wealthy and client.property_points >= 5):
        return "investors"
    return "paycheck" if products == 1 or pd.isna(client.balance) else "depositors"


@pytest.fixture(scope="module")
def clients(demo_build: Build) -> pd.DataFrame:
    return demo_build.frame(
        """select clients.*, v1.segment_code as segment_v1, v2.segment_code as segment_v2
        from clients
        inner join client_segments_v1 as v1 using (client_key)
        inner join client_segments_v2 as v2 using (client_key)""",
    )


def test_every_client_is_where_the_rules_of_the_study_put_it(demo_build: Build, clients: pd.DataFrame):
    assert demo_build.query("select count(*) from clients") == [(len(clients),)]
    assert (clients.apply(by_products, axis=1) == clients.segment_v1).all()
    assert (clients.apply(by_products_and_wealth, axis=1) == clients.segment_v2).all()
    assert set(clients.segment_v1) >= {"paycheck", "depositors", "investors"}


def groups_of(clients: pd.DataFrame) -> dict[tuple[str, str, str], pd.DataFrame]:
    """Every group that a portrait is drawn of, as client rows."""
    churn = clients.is_churned.map({True: "churned", False: "stayed"})
    groups = {}
    for portfolio, rows in clients.groupby("portfolio"):
        groups[portfolio, "portfolio", "all"] = rows
        for kind, codes in (
            ("churn", churn),
            ("segment_v1", clients.segment_v1),
            ("segment_v2", clients.segment_v2),
        ):
            for code, members in rows.groupby(codes[rows.index]):
                groups[portfolio, kind, code] = members
    return groups


def expected_portrait(rows: pd.DataFrame, portfolio: pd.DataFrame) -> dict[str, float]:
    cities = rows.city.value_counts()
    expected = {
        "client_count": len(rows),
        "share_of_clients": len(rows) / len(portfolio),
        "churn_rate": rows.is_churned.mean(),
        "share_of_churn": rows.is_churned.sum() / portfolio.is_churned.sum(),
        "women_share": (rows.gender.dropna() == "female").mean(),
        "card_share": rows.has_credit_card.dropna().astype(float).mean(),
        "active_share": rows.is_active.dropna().astype(float).mean(),
        "missing_balance_share": rows.balance.isna().mean(),
        "top_city_share": cities.iloc[0] / cities.sum(),
    }
    for metric in METRICS:
        values = rows[metric].dropna().astype(float)
        expected[f"{metric}_mean"] = values.mean()
        for name, share in (("q25", 0.25), ("median", 0.5), ("q75", 0.75)):
            expected[f"{metric}_{name}"] = values.quantile(share)
    return expected


def test_portraits_are_those_of_pandas(demo_build: Build, clients: pd.DataFrame):
    portraits = demo_build.frame("select * from int_portraits")
    actual = {
        key: rows.set_index("measure")
        for key, rows in portraits.groupby(["portfolio", "group_kind", "group_code"])
    }
    groups = groups_of(clients)
    assert actual.keys() == groups.keys()
    for key, rows in groups.items():
        expected = expected_portrait(rows, groups[key[0], "portfolio", "all"])
        for measure, value in expected.items():
            if pd.isna(value):  # such as the balance of a group without one
                assert measure not in actual[key].index or pd.isna(actual[key].value[measure]), (key, measure)
            else:
                assert actual[key].value[measure] == pytest.approx(value, rel=1e-12), (key, measure)
        assert set(actual[key].index) <= set(expected)


def test_no_mean_is_published(demo_build: Build):
    """From the means of the other segments that of a hidden one, maybe of one client, could be worked out."""
    assert demo_build.query_published("select count(*) from portraits where measure like '%mean%'") == [(0,)]
    for mart in ("segment_portraits", "churn_portraits"):
        names = [name for name, *_ in demo_build.query_published(f"describe {mart}")]
        assert "age_median" in names
        assert not [name for name in names if "mean" in name]


def test_differences_are_from_the_portfolio(demo_build: Build):
    assert (
        demo_build.query(
            """select part.* from portraits as part
            inner join portraits as whole
                on part.portfolio = whole.portfolio and part.measure = whole.measure
                and whole.group_kind = 'portfolio'
            where part.measure not in ('client_count', 'share_of_clients', 'share_of_churn', 'top_city_share')
            and abs(part.difference - (part.value - whole.value)) > 1e-9 * greatest(1, abs(whole.value))"""
        )
        == []
    )
    assert demo_build.query(
        """select count(*) from segment_portraits as wide
        inner join portraits as long
            on wide.portfolio = long.portfolio and wide.segment_code = long.group_code
            and long.group_kind = 'segment_v1' and long.measure = 'balance_median'
        where wide.balance_median is distinct from long.value
        or wide.balance_median_difference is distinct from long.difference"""
    ) == [(0,)]


def test_moves_between_versions_add_up(demo_build: Build, clients: pd.DataFrame):
    moves = {
        tuple(row[:3]): row[3]
        for row in demo_build.query(
            "select portfolio, from_segment_code, to_segment_code, all_client_count from segment_moves"
        )
    }
    assert moves == clients.groupby(["portfolio", "segment_v1", "segment_v2"]).size().to_dict()


def test_a_changed_threshold_changes_version_2_only(demo_build: Build, tmp_path: Path):
    project = copy_project(tmp_path / "project")
    rules = project / "seeds/segment_rules.csv"
    changed = (
        rules.read_text().replace("present,0,5\n", "present,0,7\n").replace("present,5,\n", "present,7,\n")
    )
    assert changed != rules.read_text()
    rules.write_text(changed)
    asked = ("--quiet", "--select", "+client_segments", "+segment_portraits", *WITHOUT_TESTS)
    both = {"metanprom": "demo", "bank_scrooge": "demo"}
    build = run_build(tmp_path, **both, arguments=(*asked, *QUICK), root=project, unit_tests=True)
    assert "The build left out" in build.stderr, build.stdout + build.stderr

    for relation in ("client_segments_v1", "segment_portraits_v1"):
        query = f"select * from {relation} order by all"
        assert build.query(query) == demo_build.query(query)
    query = "select client_key, segment_code from client_segments_v2 order by all"
    before, after = demo_build.query(query), build.query(query)
    moved = {(old[1], new[1]) for old, new in zip(before, after, strict=True) if old != new}
    assert moved == {("investors", "depositors")}


def test_segments_of_the_real_extract(real_build: Build):
    rows = real_build.query(
        """select
            segment_code, client_count, churned_count,
            round(churn_rate, 3), round(ci_low, 3), round(ci_high, 3), label_fits, hints_hold
        from segment_portraits where portfolio = 'bank_scrooge' order by segment_order"""
    )
    assert rows == [
        ("paycheck", 2_702, 191, 0.071, 0.062, 0.081, True, True),
        ("depositors", 4_945, 1_006, 0.203, 0.192, 0.215, True, True),
        ("investors", 390, 246, 0.631, 0.582, 0.677, True, True),
    ]


def test_names_of_the_study_fit_the_bank_it_studied_only(real_build: Build):
    assert real_build.query(
        "select distinct portfolio, label_fits from segment_portraits order by portfolio"
    ) == [("bank_scrooge", True), ("metanprom", False)]
    assert (
        real_build.query(
            """select hint_code from segment_label_checks
            where portfolio = 'metanprom' and segment_version = 1 and holds"""
        )
        == []
    )


def test_portraits_of_the_churned_and_the_loyal(real_build: Build):
    rows = real_build.query(
        """select portfolio, churn_group, age_median > whole.value from churn_portraits
        inner join portraits as whole using (portfolio)
        where whole.group_kind = 'portfolio' and whole.measure = 'age_median' order by all"""
    )
    assert rows == [
        ("bank_scrooge", "churned", False),
        ("bank_scrooge", "stayed", False),
        ("metanprom", "churned", True),
        ("metanprom", "stayed", False),
    ]


def test_missing_balances_are_told_in_a_sentence(real_build: Build):
    sentences = dict(
        real_build.query(
            "select portfolio, reading_en from missing_balance_summary where dimension_name = 'all'"
        )
    )
    assert sentences["metanprom"] == (
        "The balance is missing for 36.2% of clients. Gaps go with other attributes: "
        "city, number of products. Churn is 13.7% without a balance and 24.0% with one."
    )
    assert "Gaps go with other attributes" in sentences["bank_scrooge"]
    [(association,)] = real_build.query(
        """select cramers_v from missing_balance_summary
        where portfolio = 'metanprom' and dimension_name = 'city'"""
    )
    [(tested,)] = real_build.query(
        "select effect_size from hypothesis_results where portfolio = 'metanprom' and hypothesis_id = 'H15'"
    )
    assert association == pytest.approx(tested, rel=1e-9)
