"""Which products clients hold: said in three ways, judged one by one, in sets, and offered next."""

from __future__ import annotations

import json
import math
import random
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from bank_churn.dashboard import make_dashboard
from bank_churn.new_portfolio import add_portfolio
from bank_churn.new_portfolio.holdings import product_of, read_products
from bank_churn.statistics.judgement.drivers import rank_drivers
from bank_churn.statistics.judgement.products import bound_sets, judge_products
from conftest import ROOT, Build, copy_project, run_build
from product_bank import PRODUCTS, Holder, add_banks, holders, write_banks
from public_layouts import SANTANDER_PRODUCTS, write_layout
from scipy.stats import beta, binom, norm
from test_new_portfolio import guessed, ids

PLANTED = "insurance"
COUNT = 3000
CLIENTS = holders(COUNT, seed=1, planted=PLANTED)
SUMS = (
    *("weight_sum", "difference_sum", "sato_p_sum", "sato_q_sum", "rate_sum", "rest_rate_sum"),
    *("squared_weight_sum", "rest_squared_weight_sum"),
)


def strata_sums(strata: list[tuple[int, int, int, int]]) -> dict[str, float]:
    """What `int_adjusted_sums` holds, from (n, left) of holders and of the others in every stratum."""
    found = dict.fromkeys(SUMS, 0.0)
    for n_a, left_a, n_b, left_b in strata:
        n = n_a + n_b
        parts = (
            n_a * n_b / n,
            (left_a * n_b - left_b * n_a) / n,
            (n_a**2 * left_b - n_b**2 * left_a + n_a * n_b * (n_b - n_a) / 2) / n**2,
            (left_a * (n_b - left_b) + left_b * (n_a - left_a)) / (2 * n),
            left_a * n_b / n,
            left_b * n_a / n,
            n_a * n_b**2 / n**2,
            n_a**2 * n_b / n**2,
        )
        for name, part in zip(SUMS, parts, strict=True):
            found[name] += part
    n_a, left_a, n_b, left_b = (sum(column) for column in zip(*strata, strict=True))
    sizes = {
        "client_count": n_a,
        "churned_count": left_a,
        "rest_client_count": n_b,
        "rest_churned_count": left_b,
    }
    return {**found, **sizes}


def judged(strata: dict[str, list[tuple[int, int, int, int]]]) -> pd.DataFrame:
    sums = pd.DataFrame(
        [{"portfolio": "p", "attribute": f"holds_{code}", **strata_sums(one)} for code, one in strata.items()]
    )
    attributes = pd.DataFrame(
        {"attribute": ["age", *sums["attribute"]], "product_code": [None, *strata]}, dtype="object"
    )
    return judge_products(sums, attributes=attributes).set_index("product_code")


def test_an_interval_holds_for_all_products_and_the_surest_is_first():
    """Figures of one stratum by hand: there the difference is plain, and so is its variance."""
    found = judged(
        {
            "deposit": [(400, 60, 400, 60)],
            "funds": [(400, 160, 400, 60)],
            "mortgage": [(29, 20, 400, 60)],
            "insurance": [(400, 20, 400, 60)],
        }
    )
    assert dict(found["finding"]) == {
        **{"deposit": "not_shown", "funds": "higher", "insurance": "lower", "mortgage": "not_compared"}
    }
    assert found["product_rank"].dropna().sort_values().index.tolist() == ["funds", "deposit", "insurance"]
    assert (found["comparison_count"] == 3).all()
    # One stratum of equal sizes: Sato's variance is p (1 - p) / n of each side.
    error = math.sqrt(0.4 * 0.6 / 400 + 0.15 * 0.85 / 400)
    z = norm.ppf(1 - 0.05 / 3 / 2)
    low, high = found.loc["funds", ["joint_ci_low", "joint_ci_high"]]
    assert (low, high) == pytest.approx((0.25 - z * error, 0.25 + z * error), rel=1e-9)


def test_where_everybody_left_the_interval_is_wilsons():
    found = judged({"funds": [(50, 50, 400, 60)]}).loc["funds"]
    assert found["joint_ci_high"] <= 1
    assert 0.7 < found["joint_ci_low"] < 0.85 < found["joint_ci_high"]


def test_nothing_is_judged_where_there_is_nothing():
    empty = pd.DataFrame(columns=["portfolio", "attribute", *strata_sums([(1, 1, 1, 1)])])
    attributes = pd.DataFrame({"attribute": ["age"], "product_code": [None]})
    assert judge_products(empty, attributes=attributes).empty


def test_bounds_of_sets_are_exact_and_corrected():
    sets = pd.DataFrame(
        {
            "portfolio": "p",
            "product_set": ["deposit", "funds", "other"],
            "client_count": [60, 100, 40],
            "churned_count": [60, 12, 9],
        }
    )
    found = bound_sets(sets).set_index("product_set")
    assert (found["comparison_count"] == 2).all()
    assert found.loc["deposit", "joint_ci_low"] == pytest.approx(0.0125 ** (1 / 60))
    assert found.loc["deposit", "joint_ci_high"] == 1
    exact = (beta.ppf(0.0125, 12, 89), beta.ppf(1 - 0.0125, 13, 88))
    assert tuple(found.loc["funds", ["joint_ci_low", "joint_ci_high"]]) == pytest.approx(exact)
    assert math.isnan(found.loc["other", "joint_ci_low"])


def test_24_flags_of_a_public_layout_are_products_by_one_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    root = copy_project(tmp_path / "project")
    monkeypatch.chdir(root)
    write_layout("santander", tmp_path / "santander.csv", 1_000)
    told = add_portfolio("santander", str(tmp_path / "santander.csv")).text
    staging = (root / "models/staging/santander/stg_santander__clients.sql").read_text(encoding="utf-8")
    [line] = [
        line
        for line in (root / "dbt_project.yml").read_text(encoding="utf-8").splitlines()
        if line.startswith("    santander: ")
    ]
    products = line.partition("holdings: {form: flags, products: [")[2].partition("]")[0].split(", ")
    assert len(products) == len(set(products)) == 24
    assert all(f"{name} as holds_" in staging for name in SANTANDER_PRODUCTS)
    assert "product_count: holdings" in line
    assert not set(SANTANDER_PRODUCTS) & set(line.partition("holdings")[0].split(", "))
    assert told.count("product: by its name and what it holds") == 24


def test_a_list_of_products_is_recognised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    root = copy_project(tmp_path / "project")
    monkeypatch.chdir(root)
    extract = tmp_path / "list.csv"
    rows = [
        f"{number};{number % 5 == 0:d};вклад|{'сейф' if number < 9 else 'Кредитная карта'}"
        for number in range(60)
    ]
    extract.write_text("\n".join(["client_id;churn;продукты", *rows, "61;0;ипотека", "62;0;"]), "utf-8")
    told = add_portfolio("lists", str(extract)).text
    folder = root / "models/staging/lists"
    assert "listed_holdings('lists', 'product_list', '|')" in (folder / "stg_lists__holdings.sql").read_text(
        "utf-8"
    )
    assert "as product_list" in (folder / "stg_lists__clients.sql").read_text("utf-8")
    settings = (root / "dbt_project.yml").read_text("utf-8")
    assert "holdings: {form: list, products: [credit_card, deposit, mortgage]}" in settings
    assert "names that no seed knows: 1" in told


def test_two_flags_or_words_that_are_no_products_are_left_as_they_are():
    churn = [str(number % 2) for number in range(400)]
    flags = {name: [str(number % 3 % 2) for number in range(400)] for name in ("has_deposit", "mortgage")}
    assert guessed({"client_id": ids(), "churn": churn, **flags}).holdings is None
    lists = {"remarks": ["rude; late", "late; kind"] * 200}
    assert guessed({"client_id": ids(), "churn": churn, **lists}).holdings is None


def test_a_flag_is_told_by_its_name():
    products = read_products(ROOT / "seeds")
    (column,) = (guessed({"client_id": ids(), "has_deposit": ["1", "0"] * 200}).additional)[0:1]
    assert product_of(column.column, products) == "deposit"


# The rest: one build of three banks of the same clients, each of which says otherwise who holds what.


@pytest.fixture(scope="module")
def banks(tmp_path_factory: pytest.TempPathFactory) -> Build:
    folder = tmp_path_factory.mktemp("products")
    root = copy_project(folder / "project")
    add_banks(root)
    build = run_build(folder, root=root, variables=write_banks(folder / "extracts", CLIENTS))
    assert build.code == 0, build.stdout + build.stderr
    return build


SAME = (
    *("churn_rates", "churn_by_product_count", "churn_by_age_band", "churn_drivers", "adjusted_comparisons"),
    *("churn_by_product", "product_combinations", "attribute_screen", "hypothesis_results", "metric_moments"),
    *("portraits", "segment_portraits", "churn_portraits"),
)
"""Marts in which nothing is dealt by the keys of clients, which hold the name of their bank."""


@pytest.mark.slow
def test_flags_list_and_second_file_give_the_same_marts(banks: Build):
    """Sums of doubles depend on the order of rows in their last digit, texts and counts do not."""
    with duckdb.connect(str(banks.folder / "build/bank_churn.duckdb"), read_only=True) as connection:
        for table in SAME:
            flags, *others = (
                connection.execute(
                    f"select * exclude (portfolio) from {table} where portfolio = 'shop_{form}' order by all"
                ).df()
                for form in ("flags", "list", "file")
            )
            assert len(flags), table
            of_model = flags.columns[flags.columns.str.startswith("model_")]  # its folds are dealt by keys
            for other in others:
                pd.testing.assert_frame_equal(
                    flags.drop(columns=of_model),
                    other.drop(columns=of_model),
                    check_exact=False,
                    rtol=1e-9,
                    atol=1e-12,
                )
    held = {
        form: banks.query(
            "select client_id, additional_attributes, product_count from clients"
            f" where portfolio = 'shop_{form}' order by 1"
        )
        for form in ("flags", "list", "file")
    }
    assert held["flags"] == held["list"] == held["file"]
    assert len(held["flags"]) == COUNT


@pytest.mark.slow
def test_holdings_are_those_of_the_rows_and_checked_against_the_number(banks: Build):
    expected = {
        client.number: {f"holds_{code}": code in client.products for code in PRODUCTS} for client in CLIENTS
    }
    found = banks.query("select client_id, additional_attributes from clients where portfolio = 'shop_file'")
    assert {number: json.loads(text) for number, text in found} == expected
    checks = banks.query(
        """select portfolio, check_name, row_count from data_quality
        where check_name like 'holding_%' or check_name like '%differs_from_holdings' order by all"""
    )
    assert checks == [
        ("shop_file", "holding_of_unknown_client", 1),
        ("shop_file", "holding_of_unknown_product", 1),
        ("shop_file", "product_count_differs_from_holdings", 0),
        ("shop_flags", "product_count_differs_from_holdings", 0),
        ("shop_list", "holding_of_unknown_product", 0),
        ("shop_list", "product_count_differs_from_holdings", 0),
    ]


@pytest.mark.slow
def test_the_planted_product_is_named_and_what_else_is_said_of_products_is_theirs(banks: Build):
    [(named, low, high, at, holders_at, left_at, sentence)] = banks.query(
        """select product_code, joint_ci_low, joint_ci_high, at_product_count, at_client_count,
            at_churned_count, sentence_en from churn_by_product where is_named_first
            and portfolio = 'shop_list'"""
    )
    assert named == PLANTED
    with_four = [client for client in CLIENTS if PLANTED in client.products and len(client.products) == 4]
    assert (at, holders_at, left_at) == ("4", len(with_four), len(with_four))
    assert "it is higher by" in sentence
    assert f"4: all {len(with_four)} left (the share is not below" in sentence
    assert low < true_difference(CLIENTS, PLANTED) < high
    held = [client for client in CLIENTS if "deposit" in client.products]
    assert banks.query(
        "select client_count, churned_count from churn_by_product"
        " where product_code = 'deposit' and portfolio = 'shop_flags'"
    ) == [(len(held), sum(client.has_left for client in held))]


def true_difference(clients: list[Holder], product: str) -> float:
    """Mantel and Haenszel's difference of the probabilities that clients were drawn with."""
    weights = total = 0.0
    for number in {len(client.products) for client in clients}:
        own = [client for client in clients if len(client.products) == number]
        n_a = sum(product in client.products for client in own)
        weight = n_a * (len(own) - n_a) / len(own)
        weights += weight
        total += weight * (0.85 if number == 4 else 0.0)
    return total / weights


@pytest.mark.slow
def test_products_stand_in_their_own_section_only(banks: Build, tmp_path: Path):
    published = Path(shutil.copy(banks.published / "bank_churn.duckdb", tmp_path))
    page = make_dashboard(published=published, language="en", output=tmp_path / "page.html")
    text = page.read_text(encoding="utf-8")
    for portfolio, codes in banks.query_published(
        "select portfolio, list(product_code) from churn_by_product group by portfolio"
    ):
        where, products = (text.index(f'id="{portfolio}-{section}"') for section in ("where", "products"))
        for code in codes:
            assert f'["{portfolio}","holds_{code}"' not in text[where:products]
            assert text.count(f'["{portfolio}","holds_{code}","true"]', products) >= 7


@pytest.mark.slow
def test_sets_add_up_to_all_clients(banks: Build):
    sets = Counter("+".join(code for code in PRODUCTS if code in client.products) for client in CLIENTS)
    found = dict(
        banks.query(
            "select product_set, client_count from product_combinations where portfolio = 'shop_file'"
        )
    )
    assert sum(found.values()) == COUNT
    assert {name: n for name, n in found.items() if name not in ("other", "none")} == {
        name: n for name, n in sets.items() if n >= 30 and name
    }


@pytest.mark.slow
def test_products_are_attributes_like_any_other(banks: Build):
    one = "portfolio = 'shop_list'"
    assert banks.query(
        f"select count(*) from churn_rates where {one} and dimension_name = 'holds_deposit'"
    ) == [(2,)]
    assert banks.query(
        f"select attribute_label_ru, value_label_en from adjusted_comparisons where {one}"
        " and attribute = 'holds_deposit' and attribute_value = 'true'"
    ) == [("вклад", "yes")]
    assert banks.query(
        f"select count(*) > 5 from churn_drivers where {one} and attribute like 'holds_%'"
    ) == [(True,)]
    terms = banks.query(f"select distinct feature_1 from int_churn_model_scores where {one}")
    assert ("holds_insurance",) in terms
    assert banks.query(
        f"select measure_label_en from portraits where {one} and measure = 'holds_deposit_share' limit 1"
    ) == [("share with deposit",)]
    reasons = banks.query(f"select distinct reason_1_en from client_churn_scores where {one}")
    assert any("insurance: yes" in str(reason) for (reason,) in reasons)


@pytest.mark.slow
def test_nothing_is_offered_where_products_are_held_at_random(banks: Build):
    """Age says nothing of the products of these clients, and the number of products is not asked."""
    found = banks.query("select count(*) from next_product where attribute_1 not like 'holds_%'")
    assert found == [(0,)]


RUN = (
    *("churn_cells", "int_churn_counts", "int_churn_tables"),
    *("int_held_attributes", "int_adjusted_strata", "int_adjusted_sums"),
)


class Dealt:
    """The marts' own SQL on other clients: a copy of the build with one bank."""

    def __init__(self, build: Build, folder: Path) -> None:
        database = folder / "bank_churn.duckdb"  # compiled SQL carries the file's name
        shutil.copy(build.folder / "build/bank_churn.duckdb", database)
        manifest = build.manifest()
        nodes = {node["name"]: node for node in manifest["nodes"].values() if "relation_name" in node}
        self.clients = nodes["clients"]["relation_name"]
        self.models = [
            (name, nodes[name]["relation_name"], nodes[name]["compiled_code"])
            for name in RUN
            if nodes[name]["config"]["materialized"] != "view"
        ]
        self.connection = duckdb.connect(str(database))
        self.connection.execute(
            f"create table original as from {self.clients} where portfolio = 'shop_flags'"
        )

    def judge(self, clients: list[Holder]) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Judge the products of these clients; with the strata that they were compared in."""
        dealt = pd.DataFrame(
            {
                "client_id": [client.number for client in CLIENTS[: len(clients)]],
                "dealt_count": [len(client.products) for client in clients],
                "dealt_churn": [client.has_left for client in clients],
                "dealt_products": [
                    json.dumps({f"holds_{code}": code in client.products for code in PRODUCTS})
                    for client in clients
                ],
            }
        )
        assert len(dealt)
        self.connection.execute(
            f"""create or replace table {self.clients} as
            select original.* replace (
                dealt_churn as is_churned, dealt_products as additional_attributes,
                cast(dealt_count as integer) as product_count)
            from original inner join dealt using (client_id)"""
        )
        for name, relation, code in self.models:
            if name == "int_held_attributes":
                drivers = rank_drivers(
                    tables=self.read("int_churn_tables"), effect_floors=self.read("effect_floors")
                )
                assert len(drivers)
                self.connection.execute("create or replace table int_churn_drivers as from drivers")
            self.connection.execute(f"create or replace table {relation} as {code}")
        sums = self.read("int_adjusted_sums").query("attribute_value == 'true'")
        return judge_products(sums, attributes=self.read("client_attributes")), self.read(
            "int_adjusted_strata"
        )

    def read(self, name: str) -> pd.DataFrame:
        return self.connection.execute(f"from {name}").df()


@pytest.fixture(scope="module")
def dealt(banks: Build, tmp_path_factory: pytest.TempPathFactory) -> Dealt:
    return Dealt(banks, tmp_path_factory.mktemp("dealt"))


@pytest.mark.slow
def test_a_planted_product_is_named_first_in_each_of_20_banks(dealt: Dealt):
    for number in range(20):
        product = sorted(PRODUCTS)[number % len(PRODUCTS)]
        clients = holders(COUNT, seed=100 + number, planted=product)
        findings, strata = dealt.judge(clients)
        first = findings[findings["product_rank"] == 1].iloc[0]
        assert (first["product_code"], first["finding"]) == (product, "higher"), number
        truth = true_in_strata(strata[strata["attribute"] == f"holds_{product}"])
        assert first["joint_ci_low"] < truth < first["joint_ci_high"], (number, product, truth)


def true_in_strata(strata: pd.DataFrame) -> float:
    """The difference of the probabilities, by the strata in which holders were compared with the others."""
    sizes = strata.pivot_table(
        index="stratum", columns="attribute_value", values="client_count", fill_value=0
    )
    weights = sizes["true"] * sizes["false"] / (sizes["true"] + sizes["false"])
    planted = sizes.index.str.contains("product_count=4")
    return float(np.sum(weights * planted * 0.85) / np.sum(weights))


@pytest.mark.slow
def test_where_no_product_matters_hardly_a_bank_has_one_named(dealt: Dealt):
    named = 0
    for number in range(40):
        findings, _ = dealt.judge(holders(COUNT, seed=500 + number))
        named += bool((findings["finding"] == "higher").any())
    assert named <= binom.ppf(0.95, 40, 0.05)
    assert named / 40 <= 0.05


@pytest.mark.slow
def test_a_product_that_keeps_clients_makes_no_other_one_to_blame(dealt: Dealt):
    """Of as many products, whoever lacks it holds another instead."""
    blamed = 0
    for number in range(10):
        keeping, draw = sorted(PRODUCTS)[number % len(PRODUCTS)], random.Random(number)
        clients = [
            replace(one, has_left=draw.random() < (0.05 if keeping in one.products else 0.30))
            for one in holders(COUNT, seed=900 + number)
        ]
        findings, _ = dealt.judge(clients)
        assert findings.set_index("product_code").loc[keeping, "finding"] == "lower"
        blamed += bool((findings["finding"] == "higher").any())
    assert blamed <= binom.ppf(0.95, 10, 0.05)
