"""Nothing about few people follows from what is published, nor a client's amounts from two publications."""

from __future__ import annotations

import itertools
import json
import random
import shutil
from pathlib import Path

import duckdb
import numpy as np
import pytest
from attack import recovered, worked_out
from bank_churn.privacy.apply import retold, rounded_up_from, wilson
from bank_churn.privacy.complements import add_complements
from bank_churn.privacy.figures import (
    CHURNED,
    KNOWN,
    Figure,
    Population,
    Words,
    advised_by,
    conditions_of,
    declared,
    figures_of,
    guessed,
    settled,
)
from bank_churn.privacy.protect import LEAST_OF_RATE, Plan, Rules, plan_for, step_of_rate
from bank_churn.privacy.rounding import Spread, nice, rounded, shown, spreads_of, step_of, to_step
from bank_churn.privacy.solve import extremes, linked, propagate
from bank_churn.publishing.publish import publish
from bank_churn.tools.places import Places
from conftest import QUICK, ROOT, Build, run_build
from extracts import HEADER, good_row, to_line, write_lines

RULES = Rules(min_group_size=10, min_uniform_group_size=20)


def people(**conditions: str) -> Population:
    return "bank", frozenset(conditions.items())


def figures(counts: dict[Population, tuple[int, int]]) -> list[Figure]:
    """Clients of known churn and churned ones of each group, as figures of a table."""
    found = []
    for row, (one, (clients, churned)) in enumerate(counts.items()):
        found.append(Figure("rates", row, "client_count", (one[0], one[1] | {KNOWN}), clients))
        found.append(Figure("rates", row, "churned_count", (one[0], one[1] | {CHURNED}), churned))
    return found


CITIES = {
    people(): (1003, 201),
    people(city="a"): (600, 120),
    people(city="b"): (400, 80),
    people(city="c"): (3, 1),
}


def test_a_hidden_city_follows_from_the_others_and_is_found_out() -> None:
    plan = plan_for(figures(CITIES), Rules(min_group_size=10, is_primary_only=True))
    found = {(one.population, one.low, one.high) for one in plan.after if CHURNED not in one.population[1]}
    assert found == {(("bank", frozenset({("city", "c"), KNOWN})), 3, 3)}


def guarded(counts: dict[Population, tuple[int, int]], rules: Rules = RULES) -> Plan:
    plan = plan_for(figures(counts), rules)
    add_complements(plan)
    return plan


def test_one_city_more_is_hidden_and_its_rate_says_no_more_than_its_interval() -> None:
    plan = guarded(CITIES)
    assert plan.before
    assert not plan.after
    assert not plan.steps
    cities = {dict(one[1])["city"] for one in plan.hidden}
    assert "c" in cities
    assert len(cities) == 2, "one complement is enough"
    assert ("bank", frozenset({KNOWN})) not in plan.hidden, "the whole bank is never hidden"
    [(number, size, least, most)] = plan.told_ratios(plan.complements)
    assert least <= plan.system.truth[number] / plan.system.truth[size] <= most
    assert most - least >= 0.01


def test_what_is_hidden_already_is_all_the_cover_that_small_values_need() -> None:
    """Three tiny cities: their sum follows, none of them does."""
    counts = {people(): (1021, 209), people(city="a"): (600, 120), people(city="b"): (400, 80)}
    counts |= {people(city=city): (7, 3) for city in "cde"}
    assert not guarded(counts).complements


def test_a_rate_tells_how_many_it_is_of_only_within_bounds_that_are_reckoned_with() -> None:
    for clients in (100, 399, 400, 1599, 1600, 9_999, 10_000):
        plan = plan_for(figures({people(): (50_000, 9_000), people(city="a"): (clients, 40)}), RULES)
        low, high = plan.told_size(("bank", frozenset({("city", "a"), KNOWN})))
        assert low <= clients <= high
        steps = {step_of_rate(count) for count in (low, clients, high)}
        assert len(steps) == 1
        assert {step_of_rate(low - 1), step_of_rate(high + 1)}.isdisjoint(steps) or low == LEAST_OF_RATE


def test_groups_where_everybody_left_are_hidden_below_their_own_size() -> None:
    counts = {people(): (1000, 215), people(products="1"): (985, 200), people(products="4"): (15, 15)}
    assert not plan_for(figures(counts), Rules(min_group_size=10)).hidden
    plan = guarded(counts)
    assert people(products="4")[1] | {KNOWN} in {one[1] for one in plan.hidden}
    assert plan.before
    assert not plan.after


def test_what_subtraction_leaves_of_a_pair_counts_as_a_group() -> None:
    counts = {
        people(): (1000, 200),
        people(card="true"): (500, 100),
        people(city="a"): (400, 80),
        people(card="true", city="a"): (396, 79),
    }
    plan = guarded(counts)
    assert ("bank", frozenset({("card", "≠true"), ("city", "a"), KNOWN})) in {
        one.population for one in plan.before
    }
    assert not plan.after


def test_bounds_are_those_of_every_table_that_agrees_with_what_is_published() -> None:
    """Compared with all 3 × 2 tables of small numbers that have the published margins."""
    chance = random.Random(7)
    for _ in range(5):
        cells = {(city, card): chance.randrange(6) for city in "abc" for card in "xy"}
        truth = {people(): sum(cells.values())}
        for city in "abc":
            truth[people(city=city)] = cells[city, "x"] + cells[city, "y"]
        for card in "xy":
            truth[people(card=card)] = sum(cells[city, card] for city in "abc")
        truth |= {people(city=city, card=card): count for (city, card), count in cells.items()}
        system = linked(truth)
        system.low = np.array(
            [0 if len(one[1]) == 2 else truth.get(one, 0) for one in system.populations], float
        )
        system.high = np.array(
            [50 if len(one[1]) == 2 else truth.get(one, 0) for one in system.populations], float
        )
        propagate(system)
        tables = [
            (ax, bx, truth[people(card="x")] - ax - bx)
            for ax, bx in itertools.product(range(11), repeat=2)
            if ax <= truth[people(city="a")]
            and bx <= truth[people(city="b")]
            and 0 <= truth[people(card="x")] - ax - bx <= truth[people(city="c")]
        ]
        for place, city in enumerate("abc"):
            found = extremes(system, system.number[people(city=city, card="x")])
            assert found == (min(table[place] for table in tables), max(table[place] for table in tables))


def test_conditions_that_mean_the_same_people_are_one() -> None:
    words = Words(presence={"balance_band": "has_balance"}, same={("segment", "rich"): ("products", "4|5")})
    rule = {"rule": "balance_band=q4;segment=rich", "none": None}
    assert conditions_of(rule, ["rule:rule"], words) == {
        ("has_balance", "true"),
        ("balance_band", "q4"),
        ("products", "4|5"),
    }
    assert conditions_of({"balance_band": "unknown"}, ["balance_band"], words) == {("has_balance", "false")}
    assert conditions_of(rule, ["none"], words) is None


def test_several_values_less_one_of_them_are_found_out() -> None:
    counts = {
        people(): (2000, 300),
        people(band="q4"): (400, 190),
        people(band="q4", products="4"): (150, 120),
        people(band="q4", products="4|5"): (155, 123),
    }
    plan = plan_for(figures(counts), Rules(min_group_size=10, is_primary_only=True))
    found = {one.population[1] - {KNOWN}: one.count for one in plan.after if CHURNED not in one.population[1]}
    assert found == {people(band="q4", products="5")[1]: 5}
    guarded_plan = guarded(counts)
    assert guarded_plan.complements
    assert not guarded_plan.after


def test_a_hidden_group_does_not_follow_from_how_many_there_are_up_to_the_next() -> None:
    """Three clients of the third group are counted in the first: its count less those it adds tells them."""
    rows, so_far = [], [0, 0]
    groups = [
        ((150, 120), (150, 120)),
        ((240, 150), (200, 130)),
        ((142, 60), (139, 58)),
        ((340, 190), (180, 60)),
    ]
    for order, (of_rule, added) in enumerate(groups, start=1):
        so_far = [before + more for before, more in zip(so_far, added, strict=True)]
        rows.append(
            {
                "portfolio": "bank",
                "rule": f"group={order}",
                "cover_order": order,
                "all_client_count": of_rule[0],
                "client_count": of_rule[0],
                "churned_count": of_rule[1],
                "share_of_clients": of_rule[0] / 8000,
                "share_of_churn": of_rule[1] / 1400,
                "cover_client_count": added[0],
                "cover_churned_count": added[1],
                "cover_share_of_clients": so_far[0] / 8000,
                "cover_share_of_churn": so_far[1] / 1400,
            }
        )
    everybody = figures({people(): (8000, 1400)})
    told = everybody + figures_of("target_groups", rows, declared()["target_groups"]["counts"], Words())
    plan = plan_for(settled(told), RULES)
    add_complements(plan)
    hidden = {
        (figure.column, figure.row)
        for figure in settled(told)
        if figure.kind == "count" and figure.population in plan.hidden
    }
    added = [row for column, row in hidden if column == "cover_client_count"]
    is_rule_hidden = ("client_count", 2) in hidden
    assert is_rule_hidden or len(added) > 1, "one that is hidden alone, those up to the next tell"
    up_to_all = ("bank", frozenset({("cover", "1|2|3|4"), KNOWN}))
    assert up_to_all in plan.named - plan.hidden, "texts tell how many are in all groups"
    assert not plan.after


def test_whom_advice_is_for_follows_from_the_rules_of_its_offer() -> None:
    advised = advised_by(
        [
            {"recommendation_id": name, "evidence_kind": kind, "group_code": group, "segment_code": segment}
            for name, kind, group, segment in (
                ("service", "segment", None, "rich"),
                ("women", "hypothesis", "w", None),
                ("call", "cover", None, None),
                ("all", "none", None, None),
            )
        ],
        [{"offer_code": "manager", "recommendation_id": "service"}],
        [{"offer_code": "manager", "attribute": "band", "allowed_values": "q4"}],
        [{"group_code": "w", "attribute": "gender", "allowed_values": "female"}],
    )
    words = Words(presence={"band": "has_balance"}, advised=advised)
    found = {
        name: conditions_of({"recommendation_id": name}, ["recommendation=@recommendation_id"], words)
        for name in ("service", "women", "call", "all")
    }
    assert found == {
        "service": {("has_balance", "true"), ("band", "q4")},
        "women": {("gender", "female")},
        "call": {("recommendation", "call")},
        "all": set(),
    }


def test_an_interval_is_rounded_outwards() -> None:
    exact = {"ci_low": 0.066, "churn_rate": 0.074, "ci_high": 0.083, "ci_high_missing": 0.06}
    found = {name: to_step(value, 0.02, rounded_up_from(name)) for name, value in exact.items()}
    assert found == {"ci_low": 0.06, "churn_rate": 0.08, "ci_high": 0.1, "ci_high_missing": 0.06}


def test_whom_a_row_may_be_about_is_guessed_alike_in_any_order() -> None:
    """Two groups of the same numbers: who protects and who attacks read the marts in another order."""
    alike = figures({people(city="a"): (127, 11), people(is_active="true"): (127, 11)})
    unnamed = [
        Figure("advice", 0, "client_count", ("bank", frozenset({("recommendation", "x"), KNOWN})), 127),
        Figure("advice", 0, "churned_count", ("bank", frozenset({("recommendation", "x"), CHURNED})), 11),
    ]
    orders = [[*unnamed, *alike], [*alike[2:], *unnamed, *alike[:2]]]
    found = [
        {(one.column, one.population) for one in guessed(order) if one.mart == "advice"} for order in orders
    ]
    assert found[0] == found[1]
    assert all(("city", "a") in one[1] for _, one in found[0])


def test_what_is_hidden_does_not_depend_on_the_order_of_rows() -> None:
    """Two builds of the same clients store them in other orders; two choices would tell what each hides."""
    told = figures(
        {people(): (183, 55), **{people(city=city): (30, 9) for city in "abcdef"}, people(city="g"): (3, 1)}
    )
    hidden = []
    for order in (told, told[::-1]):
        plan = plan_for(settled(order), Rules(min_group_size=10), set())
        add_complements(plan)
        hidden.append(plan.hidden)
    assert len(hidden[0]) > 1
    assert hidden[0] == hidden[1]


def test_steps_are_what_several_clients_move_a_figure() -> None:
    assert [nice(step) for step in (0.03, 1, 170)] == [0.05, 1, 200]
    assert to_step(0.30000000000000004, 0.1) == 0.3
    spreads = {("bank", "balance"): Spread(deviation=60_000, middle=50_000)}
    row = {"portfolio": "bank", "n": 400, "metric": "balance"}
    mean = step_of(119_586.4, {"as": "value", "metric": "metric", "n": ["n"]}, row, "x", spreads, 1)
    assert mean == 1000  # 4 × 60,000 / 400 = 600
    quantile = step_of(119_586.4, {"as": "value", "n": ["n"]}, row, "balance_q25", spreads, 1)
    assert quantile == 2000  # 50,000 / (2 × √400) = 1,250


def moments(metric: str, group: tuple[str, str], clients: int, mean: float, variance: float) -> dict:
    return {
        **{"portfolio": "bank", "metric": metric, "group_attribute": group[0], "group_value": group[1]},
        **{"stratum_attribute": "none", "stratum_value": "all"},
        **{"client_count": clients, "mean": mean, "variance": variance},
    }


def test_sums_are_rounded_by_the_spread_of_what_they_add_up() -> None:
    """Of those who have little to save the sum is not told any better than of others."""
    spreads = {("bank", "value_to_save"): Spread(930, 930)}
    rule = {"as": "sum", "n": ["n"], "of": "value_to_save", "clients": 2}
    row = {"portfolio": "bank", "n": 2_269, "kept_share": 0.1}
    assert step_of(40_700.0, rule, row, "x", spreads, 1) == 2_000
    assert step_of(40_700.0, rule, row, "x", spreads, 10) == 20_000
    assert step_of(40_700.0, {**rule, "times": "kept_share"}, row, "x", spreads, 1) == 200
    assert step_of(40_700.0, rule, row, "x", {}, 1) == 50, "of average clients, where the spread is not known"


def test_amounts_are_what_is_no_share_of_clients() -> None:
    everybody = ("all", "all")
    share = moments("has_card", everybody, 400, 0.25, 0.25 * 0.75 * 400 / 399)
    spreads = spreads_of(
        [share, moments("age", everybody, 400, 40.0, 100.0), moments("age", ("city", "b"), 50, 41.0, 90.0)]
    )
    assert spreads.keys() == {("bank", "age")}
    assert spreads["bank", "age"].deviation == 10
    row = {
        **{"portfolio": "bank", "metric": "age", "n_a": 200, "n_b": 200, "group_attribute": "city"},
        **{"estimate_a": 40.123, "estimate_b": 38.049, "difference": 2.074, "ci_low": 0.04},
        **{"highest_group": "b", "highest_estimate": 41.234, "p_value": 0.0494, "n_total": 400},
    }
    rules = declared()["hypothesis_results"]["rounded"]
    told = shown(row, rules, spreads)
    assert [told["estimate_a"], told["estimate_b"], told["difference"]] == [40.2, 38.0, 2.2]
    assert told["ci_low"] == 0.2, "on the side of nothing where it is"
    assert told["highest_estimate"] == 41, "4 × 10 / 50 = 0.8: by the size of the group that is named"
    assert told["p_value"] < 0.05
    assert shown({**row, "metric": "has_card"}, rules, spreads) == {**row, "metric": "has_card"}


@pytest.mark.parametrize("step", [0.001, 0.02, 0.05, 0.1, 0.5])
@pytest.mark.parametrize("value", [0.0499, 0.05, 0.0501])
def test_a_rounded_p_value_stays_on_its_side(step: float, value: float) -> None:
    new = rounded(value, {"as": "p_value"}, "p_value", step)
    assert (new < 0.05) == (value < 0.05)
    assert 0 < new <= 1


def test_a_text_tells_the_figures_that_its_row_shows() -> None:
    row = {"n": 1446, "rate": 0.18672, "p_value": 0.0312}
    changed = {"n": 1450, "rate": 0.1862, "p_value": 0.03}
    text = "270 of 1,446 left: 18.7% (p = 0.031); of 21,446 others 41,446."
    assert (
        retold(text, row, changed, "en") == "270 of 1,450 left: 18.6% (p = 0.030); of 21,446 others 41,446."
    )


def published_anew(build: Build, folder: Path, **settings: object) -> Build:
    """Publish a build once more with other settings."""
    for name in ("build/bank_churn.duckdb", "target/manifest.json", "target/run_results.json"):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(build.folder / name, folder / name)
    path = folder / "target/run_results.json"
    results = json.loads(path.read_text(encoding="utf-8"))
    results["args"]["vars"] = {**(results["args"].get("vars") or {}), **settings}
    results["args"]["project_dir"] = str(ROOT)
    path.write_text(json.dumps(results), encoding="utf-8")
    publish(Places(folder / "build/bank_churn.duckdb", folder / "target", folder / "published"))
    return Build(code=0, stdout="", stderr="", folder=folder)


@pytest.fixture(scope="module")
def rounded_build(demo_build: Build, tmp_path_factory: pytest.TempPathFactory) -> Build:
    return published_anew(demo_build, tmp_path_factory.mktemp("rounded"), rounded_counts=10)


AUDIT = "select count(*), count(*) filter (where is_recovered) from _disclosure_audit"
RESTRICTED = "published/bank_churn_clients.duckdb"


def test_nothing_small_follows_from_the_demo_publication(demo_build: Build) -> None:
    [(listed, followed)] = demo_build.query(AUDIT, RESTRICTED)
    assert listed > 50, "the demo data have small groups"
    assert followed == 0
    assert recovered(demo_build.folder, sums=100) == []
    assert worked_out(demo_build.folder) == set()


def test_with_small_groups_alone_hidden_the_same_attacks_find_them(demo_build: Build, tmp_path: Path) -> None:
    build = published_anew(demo_build, tmp_path, primary_suppression_only=True)
    [(listed, followed)] = build.query(AUDIT, RESTRICTED)
    assert listed == followed > 50
    assert ("metanprom", "city", "Тутаев") in worked_out(build.folder)
    assert build.query_published("from _hidden_counts") == []


def test_counts_and_rates_are_exact_unless_they_are_told_to_be_hidden(demo_build: Build) -> None:
    figures = """select concat_ws('|', portfolio, dimension_name, dimension_value),
        client_count, churned_count, churn_rate"""
    exact = {key: row for key, *row in demo_build.query(f"{figures} from churn_rates")}
    shown = {
        key: row
        for key, *row in demo_build.query_published(f"{figures} from churn_rates where not is_suppressed")
    }
    hidden = {
        key
        for (key,) in demo_build.query_published(
            "select distinct row_key from _hidden_counts where table_name = 'churn_rates'"
        )
    }
    assert 0 < len(hidden & shown.keys()) < len(shown) / 4
    for key, (clients, churned, rate) in shown.items():
        if key in hidden:
            assert (clients, churned) == (None, None)
            assert abs(rate - exact[key][2]) <= step_of_rate(exact[key][0]) / 2 + 1e-9
        else:
            assert [clients, churned, rate] == exact[key]


def test_no_city_of_a_hundredth_of_the_clients_loses_its_rate(demo_build: Build) -> None:
    assert cities_without_rate(demo_build) == set()


def cities_without_rate(build: Build) -> set[tuple]:
    large = build.query(
        """select portfolio, city from clients group by portfolio, city
        qualify count(*) * 100 >= sum(count(*)) over (partition by portfolio)"""
    )
    assert len(large) >= 3
    shown = build.query_published(
        """select portfolio, city from churn_by_city
        where churn_rate between ci_low and ci_high and not is_suppressed"""
    )
    return set(large) - set(shown)


def test_what_is_hidden_or_rounded_stays_exact_in_the_restricted_file(demo_build: Build) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{demo_build.published}/bank_churn.duckdb' as public (read_only)")
        connection.execute(
            f"attach '{demo_build.published}/bank_churn_clients.duckdb' as private (read_only)"
        )
        connection.execute(f"attach '{demo_build.folder}/build/bank_churn.duckdb' as bank_churn (read_only)")
        [(different, listed, reasons)] = connection.execute(
            """
            select
                count(*) filter (where exact.client_count is distinct from shown.client_count),
                count(*) filter (where figures.exact_value = exact.client_count
                    and shown.client_count is null),
                list_sort(list(distinct figures.reason) filter (where figures.reason is not null))
            from bank_churn.churn_rates_v1 as exact
            inner join public.churn_rates as shown using (portfolio, dimension_name, dimension_value)
            left join private._protected_figures as figures
                on figures.table_name = 'churn_rates' and figures.column_name = 'client_count'
                and figures.row_key = concat_ws('|', portfolio, dimension_name, dimension_value)
            """
        ).fetchall()
    assert different == listed > 0
    assert reasons == ["complement", "small_group"]


@pytest.mark.parametrize("name", ["demo_build", "rounded_build"])
def test_no_quantile_is_what_one_client_alone_has(name: str, request: pytest.FixtureRequest) -> None:
    build: Build = request.getfixturevalue(name)
    shown = build.query_published(
        """select portfolio, regexp_replace(measure, '_(median|q25|q75)$', ''), value from portraits
        where regexp_matches(measure, '_(median|q25|q75)$') and value is not null"""
    )
    assert len(shown) > 200
    for metric in sorted({metric for _, metric, _ in shown}):
        single = set(
            build.query(
                f"select portfolio, cast({metric} as double) from clients where {metric} is not null"
                " group by all having count(*) = 1"
            )
        )
        assert not single & {(portfolio, value) for portfolio, of, value in shown if of == metric}


def test_a_hidden_portrait_does_not_tell_the_quantiles_of_the_portfolio(demo_build: Build) -> None:
    """Beside figures that are shown they are rounded; there it would be the amount of a client or two."""
    hidden = demo_build.query_published(
        "select count(*), count(portfolio_value) from portraits where is_suppressed"
    )
    assert hidden[0][0] > 0
    assert hidden[0][1] == 0


def test_quantiles_are_rounded_and_their_differences_are_of_what_is_shown(demo_build: Build) -> None:
    asked = """select portfolio, group_kind, group_code, measure, value, portfolio_value, difference
        from portraits where regexp_matches(measure, '_(median|q25|q75)$') and value is not null
        order by all"""
    shown, exact = demo_build.query_published(asked), demo_build.query(asked)
    of = {row[:4]: row[4] for row in exact}
    assert sum(row[4] != of[row[:4]] for row in shown) > 50
    for *_, value, average, difference in shown:
        assert value - average == pytest.approx(difference, abs=1e-6)
    wide = {
        (portfolio, code, f"{metric}_median"): figures
        for metric in ("balance", "estimated_salary")
        for portfolio, code, *figures in demo_build.query_published(
            f"select portfolio, segment_code, {metric}_median, {metric}_median_difference"
            " from segment_portraits where not is_suppressed"
        )
    }
    for portfolio, kind, code, measure, value, _, difference in shown:
        if kind == "segment_v1" and (portfolio, code, measure) in wide:
            assert wide[portfolio, code, measure] == pytest.approx([value, difference], abs=1e-6)


def test_texts_are_those_of_the_marts_or_left_out(demo_build: Build, rounded_build: Build) -> None:
    texts = "select portfolio, hypothesis_id, conclusion_ru, conclusion_en from hypothesis_results"
    exact = set(demo_build.query(texts))
    for build in (demo_build, rounded_build):
        told = build.query_published(texts)
        assert any(text is None for *_, text in told)
        assert {row for row in told if None not in row} <= exact


def test_no_share_tells_a_hidden_count_of_marked_clients(demo_build: Build) -> None:
    shares = demo_build.query_published(
        "select missed_share, false_alarm_share from churn_model_groups"
        " where flagged_count is null and not is_suppressed"
    )
    assert shares
    assert {share for row in shares for share in row} == {None}


def test_no_text_stands_beside_a_hidden_count(demo_build: Build) -> None:
    for mart, text in (
        ("churn_rates", "reading"),
        ("hypothesis_results", "conclusion"),
        ("adjusted_comparisons", "sentence"),
        ("target_groups", "reading"),
        ("recommendations", "text"),
    ):
        key = {
            "churn_rates": "dimension_name, dimension_value",
            "hypothesis_results": "hypothesis_id",
            "adjusted_comparisons": "attribute, attribute_value",
            "target_groups": "group_code",
            "recommendations": "recommendation_id",
        }[mart]
        found = demo_build.query_published(
            f"""select row_key from {mart} inner join _hidden_counts
            on table_name = '{mart}' and row_key = concat_ws('|', portfolio, {key})
            where regexp_matches({text}_en, '[0-9]')"""
        )
        assert found == [], mart


@pytest.mark.parametrize("clients", [20, 80, 90, 490])
def test_an_interval_holds_its_rate_at_the_ends_of_the_scale(clients: int) -> None:
    assert wilson(clients, clients)[1] == 1
    assert wilson(0, clients)[0] == 0


def test_rates_follow_from_the_counts_beside_them(rounded_build: Build) -> None:
    wrong = rounded_build.query_published(
        """select * from churn_rates where client_count > 0
        and (abs(churn_rate - churned_count / client_count) > 1e-12
            or not churn_rate between ci_low and ci_high)"""
    )
    assert wrong == []


WHOLES = {
    "churn_rates": {"share_of_clients": "client_count", "share_of_churn": "churned_count"},
    "churn_by_gender": {"share_of_clients": "client_count", "share_of_churn": "churned_count"},
    "segment_portraits": {"share_of_clients": "all_client_count", "share_of_churn": "churned_count"},
    "target_groups": {"share_of_clients": "client_count", "share_of_churn": "churned_count"},
    "segment_moves": {"share_of_segment": "all_client_count"},
    "churn_risk": {"share_of_clients": "client_count"},
}


@pytest.mark.parametrize("mart", sorted(WHOLES))
def test_no_share_of_rounded_counts_tells_the_exact_whole(rounded_build: Build, mart: str) -> None:
    """How many left in all, exactly: two publications would tell whether the client between them did."""
    for share, part in WHOLES[mart].items():
        # Of two counts that are the same the share is of one of them.
        parts = [part, "client_count"] if part == "all_client_count" else [part]
        found = rounded_build.query_published(
            f"select {share}, {', '.join(parts)} from {mart} where {share} > 0 and {share} < 1"
        )
        assert found, share
        for told, *counts in found:
            wholes = [count / told for count in counts]
            assert any(whole == pytest.approx(round(whole, -1), abs=1e-6) for whole in wholes), share


def test_no_multiple_of_the_average_rate_tells_it(rounded_build: Build) -> None:
    for mart in ("churn_rates", "churn_by_city", "segment_portraits", "target_groups"):
        wrong = rounded_build.query_published(
            f"""select one.churn_rate / one.lift, whole.churn_rate from {mart} as one
            inner join churn_rates as whole using (portfolio)
            where whole.dimension_name = 'all' and one.lift > 0
                and abs(one.churn_rate / one.lift - whole.churn_rate) > 1e-9"""
        )
        assert wrong == [], mart
    different = rounded_build.query_published(
        """select portfolio, count(distinct portfolio_churn_rate) from target_group_candidates
        where portfolio_churn_rate is not null group by portfolio"""
    )
    assert {count for _, count in different} == {1}, "of a thousand draws the mean is the exact rate"
    averages = rounded_build.query_published(
        """select distinct one.churn_rate / one.lift, whole.churn_rate from churn_model_calibration as one
        inner join churn_rates as whole using (portfolio)
        where whole.dimension_name = 'all' and one.lift > 0"""
    )
    for average, known in averages:  # of the clients that a model learnt from: no other mart counts them
        assert average == pytest.approx(known, abs=1e-9) or average == pytest.approx(
            round(average / 0.005) * 0.005, abs=1e-9
        )


def test_no_difference_from_the_portfolio_tells_its_exact_share(rounded_build: Build) -> None:
    found = rounded_build.query_published(
        """select one.value, one.difference, one.portfolio_value, whole.value from portraits as one
        inner join portraits as whole using (portfolio, measure)
        where whole.group_kind = 'portfolio' and one.value is not null and not one.is_suppressed
            and regexp_matches(measure, '^(women|card|active|top_city|missing_balance)_share$')"""
    )
    assert len(found) > 50
    for value, difference, average, of_all in found:
        assert average == of_all
        assert value - difference == pytest.approx(of_all, abs=1e-9)
    wide = rounded_build.query_published(
        """select one.women_share, one.women_share_difference, whole.value from segment_portraits as one
        inner join portraits as whole using (portfolio)
        where whole.group_kind = 'portfolio' and whole.measure = 'women_share'
            and one.women_share is not null"""
    )
    assert wide
    for value, difference, of_all in wide:
        assert value - difference == pytest.approx(of_all, abs=0.0005 + 1e-9)


@pytest.mark.slow
def test_nothing_small_follows_for_all_sums_together(demo_build: Build, rounded_build: Build) -> None:
    assert recovered(demo_build.folder) == []
    assert recovered(rounded_build.folder) == []


@pytest.mark.slow
def test_nothing_small_follows_from_the_real_publication(whole_real_build: Build) -> None:
    assert recovered(whole_real_build.folder) == []
    assert worked_out(whole_real_build.folder) == set()
    assert cities_without_rate(whole_real_build) == set()


@pytest.mark.slow
def test_nothing_small_follows_where_forty_cities_are_of_all_sizes(tmp_path: Path) -> None:
    chance = random.Random(3)
    cities = [f"Город {number}" for number in range(1, 41)]
    sizes = [int(4000 / rank**1.6) + 1 for rank in range(1, 41)]
    lines = []
    for number, city in enumerate(
        [city for city, size in zip(cities, sizes, strict=True) for _ in range(size)]
    ):
        row = good_row(number) | {"City": city, "Churn": str(int(chance.random() < 0.2))}
        lines.append(to_line(row, HEADER))
    build = run_build(
        tmp_path,
        metanprom=write_lines(tmp_path / "extracts/forty.csv", lines),
        arguments=QUICK,  # others are built with small groups alone hidden
    )
    assert build.code == 0, build.stdout + build.stderr
    assert recovered(build.folder) == []
    assert worked_out(build.folder) == set()
    assert cities_without_rate(build) == set()


def test_two_publications_that_differ_by_a_client_do_not_tell_its_amount() -> None:
    """Means of five groups, all of which hold the client: the amount follows from each, within bounds."""
    chance = random.Random(11)
    amounts = [chance.gauss(120_000, 30_000) for _ in range(2_000)]
    deviation = float(np.std(amounts, ddof=1))
    spreads = {("bank", "balance"): Spread(deviation, deviation)}
    rule = {"as": "value", "metric": "metric", "n": ["n"]}
    for client in range(20):
        low, high = -np.inf, np.inf
        for group in range(5):
            members = amounts[group * 100 :] + amounts[: 20 + client]
            bounds = []
            for there in (
                members,
                members[: members.index(amounts[client])] + members[members.index(amounts[client]) + 1 :],
            ):
                row = {"portfolio": "bank", "metric": "balance", "n": len(there)}
                step = step_of(float(np.mean(there)), rule, row, "estimate_a", spreads, 1)
                assert step is not None
                shown = to_step(float(np.mean(there)), step)
                bounds.append((len(there) * (shown - step / 2), len(there) * (shown + step / 2)))
            low, high = max(low, bounds[0][0] - bounds[1][1]), min(high, bounds[0][1] - bounds[1][0])
        assert high - low >= deviation  # not known better than half of one


def test_two_sums_of_a_small_group_do_not_tell_what_one_client_adds() -> None:
    """Of 17 clients, the least that the curve shows in one step; with four digits each would be known."""
    chance = random.Random(12)
    probabilities = [chance.betavariate(1, 4) for _ in range(17)]
    deviation = float(np.std(probabilities, ddof=1))
    spreads = {("bank", "churn_probability"): Spread(deviation, deviation)}
    [rule] = [
        rule for rule in declared()["retention_curve"]["rounded"] if "probability_sum" in rule["columns"]
    ]
    whole = sum(probabilities)
    for one in probabilities:
        shown_twice = []
        for value, clients in ((whole, 17), (whole - one, 16)):
            row = {"portfolio": "bank", "client_count": clients}
            step = step_of(value, rule, row, "probability_sum", spreads, 1)
            assert step is not None
            shown_twice.append((to_step(value, step), step))
        (before, step), (after, other_step) = shown_twice
        error = (step + other_step) / 2
        assert before - after - error <= one <= before - after + error
        assert 2 * error >= 2 * deviation


def test_counts_above_thresholds_do_not_tell_between_which_two_a_client_is() -> None:
    """What twenty clients of a thousand may save; exact counts tell some of it to a tenth of a deviation."""
    chance = random.Random(13)
    values = [chance.lognormvariate(6, 1.2) for _ in range(1_000)]
    deviation = float(np.std(values, ddof=1))
    thresholds = [250, 333, 500, 750, 1_000, 1_500, 2_000, 2_500, 3_000, 4_000, 6_000]
    [rule] = [
        rule
        for rule in declared()["retention_break_even"]["rounded"]
        if "paying_contact_count" in rule["columns"]
    ]
    assert rule["always"]

    def width(value: float, step: float) -> float:
        low, high = 0.0, np.inf
        for threshold in thresholds:
            count = sum(one > threshold for one in values)
            # With the client and without, of which a reader knows what is shown.
            shown = [to_step(number, step) for number in (count, count - (value > threshold))]
            error = max(0.0, step - 1)
            if shown[0] - shown[1] - error > 0:
                low = max(low, threshold)
            if shown[0] - shown[1] + error < 1:
                high = min(high, threshold)
        return (high - low) / deviation

    row = {"portfolio": "bank"}
    step = step_of(100, rule, row, "paying_contact_count", {}, 1)
    assert step == 10
    assert min(width(value, 1) for value in values[:20]) < 0.2
    assert min(width(value, step) for value in values[:20]) >= 1


def test_rounded_counts_of_two_publications_tell_no_attribute_of_their_difference() -> None:
    chance = random.Random(5)
    clients = [(chance.choice("ab"), chance.choice("xyz"), chance.random() < 0.2) for _ in range(3_000)]
    rules = Rules(min_group_size=10, rounded_counts=10)

    def shown(of: list[tuple[str, str, bool]]) -> dict[Population, tuple[float, float]]:
        groups = {people(): of}
        groups |= {people(city=city): [one for one in of if one[0] == city] for city in "ab"}
        groups |= {people(card=card): [one for one in of if one[1] == card] for card in "xyz"}
        plan = plan_for(
            figures({one: (len(some), sum(c[2] for c in some)) for one, some in groups.items()}), rules
        )
        ends = zip(plan.system.low.tolist(), plan.system.high.tolist(), strict=True)
        return dict(zip(plan.system.populations, ends, strict=True))

    whole = shown(clients)
    for number in range(20):
        rest = shown(clients[:number] + clients[number + 1 :])
        for one in whole.keys() & rest.keys():
            (low, high), (other_low, other_high) = whole[one], rest[one]
            assert low <= other_high, "surely fewer than before"
            assert other_low + 1 <= high, "surely one less than before"
