"""The frames that leave the package: grain, types, corrections, verdicts, texts."""

import numpy as np
import pandas as pd
import pytest
from bank_churn.statistics.judgement.drivers import rank_drivers
from bank_churn.statistics.judgement.evaluation import columns_not_supplied, evaluate_hypotheses
from bank_churn.statistics.judgement.report import format_results
from bank_churn.statistics.judgement.scenarios import compare_scenarios
from bank_churn.statistics.judgement.schema import ATTRIBUTE_SCREEN, CHURN_DRIVERS, HYPOTHESIS_RESULTS
from bank_churn.statistics.judgement.screening import screen_attributes
from bank_churn.statistics.registry.hypotheses import RegistryError, read_registry
from raw_clients import (
    ATTRIBUTES,
    KNOWN_ATTRIBUTES,
    driver_tables,
    many_groups,
    seed,
    sufficient_frames,
    two_groups,
)
from scipy import stats
from statsmodels.stats.multitest import multipletests

pytest_plugins = ["made_up_portfolios"]

CONTRACT = """
    portfolio hypothesis_id statement_ru statement_en test_name group_a group_b n_a n_b estimate_a estimate_b
    difference ci_low ci_high statistic p_value p_value_adjusted effect_size_name effect_size effect_magnitude
    is_significant conclusion_ru conclusion_en reason
"""


def evaluate(frames, seeds, **changes):
    inputs = {
        "registry": seeds["hypotheses"],
        "effect_floors": seeds["effect_floors"],
        "labels": seeds["labels"],
        "attributes": ATTRIBUTES,
    }
    return evaluate_hypotheses(**(inputs | frames | changes))


@pytest.fixture(scope="module")
def results(frames, seeds):
    return evaluate(frames, seeds)


@pytest.fixture(scope="module")
def screen(frames, seeds):
    return screen_attributes(
        moments=frames["moments"],
        rank_sums=frames["rank_sums"],
        effect_floors=seeds["effect_floors"],
        attributes=ATTRIBUTES,
    )


def test_one_row_per_portfolio_scenario_and_hypothesis(results):
    assert len(results) == 2 * 2 * 20
    assert not results.duplicated(["portfolio", "cleaning_scenario", "hypothesis_id"]).any()


def test_columns_and_types_do_not_depend_on_the_data(results, frames, seeds):
    nothing = {name: frame.iloc[:0] for name, frame in frames.items()}
    empty = evaluate(nothing, seeds)
    assert dict(results.dtypes.astype(str)) == dict(empty.dtypes.astype(str)) == HYPOTHESIS_RESULTS
    assert set(CONTRACT.split()) <= set(results.columns)


def test_no_figure_is_infinite(results, screen):
    for frame in (results, screen):
        assert not np.isinf(frame.select_dtypes("float64").to_numpy()).any()


def test_every_missing_p_value_has_a_reason_and_the_other_way_round(results):
    missing = results["p_value"].isna()
    assert results.loc[missing, "reason"].notna().all()
    assert (results.loc[missing, "verdict"] == "not_computable").all()
    assert results.loc[~missing, "verdict"].ne("not_computable").all()


def test_welch_and_mann_whitney_rows_are_scipys_on_raw_rows(results, portfolios, seeds):
    for hypothesis in read_registry(seeds["hypotheses"], KNOWN_ATTRIBUTES):
        if hypothesis.primary_test not in ("welch_t", "mann_whitney"):
            continue
        row = _row(results, "north", hypothesis.hypothesis_id)
        a, b = two_groups(hypothesis, portfolios["north"])
        welch = stats.ttest_ind(a, b, equal_var=False).pvalue
        mann_whitney = stats.mannwhitneyu(a, b, method="asymptotic").pvalue
        expected = (welch, mann_whitney) if hypothesis.primary_test == "welch_t" else (mann_whitney, welch)
        assert (row["p_value"], row["companion_p_value"]) == pytest.approx(expected, rel=1e-9)
        assert (row["estimate_a"], row["estimate_b"]) == pytest.approx((a.mean(), b.mean()), rel=1e-9)


def test_kruskal_and_chi_square_rows_are_scipys_on_raw_rows(results, portfolios, seeds):
    for hypothesis in read_registry(seeds["hypotheses"], KNOWN_ATTRIBUTES):
        if not hypothesis.has_many_groups:
            continue
        row = _row(results, "north", hypothesis.hypothesis_id)
        groups = list(many_groups(hypothesis, portfolios["north"]).values())
        if hypothesis.primary_test == "kruskal_wallis":
            expected = stats.kruskal(*groups).pvalue
        else:
            table = [[(rows == value).sum() for value in (1, 0)] for rows in groups]
            expected = stats.chi2_contingency(table, correction=False).pvalue
        assert row["p_value"] == pytest.approx(expected, rel=1e-9)


def test_holm_counts_only_the_tests_that_ran(results):
    own = results.query("portfolio == 'south' and cleaning_scenario == 'keep_all'")
    ran = own[own["p_value"].notna()]
    assert len(ran) < 20
    assert (own["comparison_count"] == len(ran)).all()
    expected = multipletests(ran["p_value"], method="holm")[1]
    assert ran["p_value_adjusted"].to_numpy() == pytest.approx(expected, rel=1e-12)


def test_equivalence_is_corrected_in_its_own_family(results):
    own = results.query("portfolio == 'north' and cleaning_scenario == 'keep_all'").set_index("hypothesis_id")
    pair = own.loc[["H01", "H03"]]
    expected = multipletests(pair["equivalence_p_value"], method="holm")[1]
    assert pair["equivalence_p_value_adjusted"].to_numpy() == pytest.approx(expected, rel=1e-12)
    assert own.drop(index=["H01", "H03"])["equivalence_p_value"].isna().all()


def test_a_comparison_of_ranks_reports_the_means_with_welchs_interval(results, portfolios, seeds):
    hypothesis = next(
        h for h in read_registry(seeds["hypotheses"], KNOWN_ATTRIBUTES) if h.hypothesis_id == "H18"
    )
    a, b = two_groups(hypothesis, portfolios["north"])
    interval = stats.ttest_ind(a, b, equal_var=False).confidence_interval(0.95)
    row = _row(results, "north", "H18")
    expected = (a.mean() - b.mean(), interval.low, interval.high)
    assert (row["difference"], row["ci_low"], row["ci_high"]) == pytest.approx(expected, rel=1e-9)


def test_tiny_groups_are_marked_and_never_named_as_extremes(portfolios, seeds):
    clients = portfolios["north"].copy()
    clients.loc[clients.index[:12], ["city", "is_churned"]] = ["Углич", 1]
    frames = sufficient_frames({"north": clients}, seeds["hypotheses"], scenarios=("keep_all",))
    row = _row(evaluate(frames, seeds), "north", "H08")
    assert row["is_small_group"]
    assert row["group_count"] == 4
    assert "Углич" not in (row["highest_group"], row["lowest_group"])


def test_small_groups_are_those_below_the_setting(frames, seeds):
    large = evaluate(frames, seeds, small_group_size=401)
    own = large[(large["portfolio"] == "south") & large["p_value"].notna()]
    assert own["is_small_group"].all()
    assert own["highest_group"].isna().all()
    assert own["conclusion_en"].str.contains("fewer than 401 clients").all()
    screened = screen_attributes(
        moments=frames["moments"],
        rank_sums=frames["rank_sums"],
        effect_floors=seeds["effect_floors"],
        attributes=ATTRIBUTES,
        small_group_size=1,
    )
    assert not screened["is_small_group"].any()


def test_a_group_without_clients_is_not_a_small_one(results):
    """South has no client with 4 products: nothing to mark where each of 1|2|3|4 is a group of its own."""
    for name in ("H11", "H19"):
        row = _row(results, "south", name)
        assert (row["group_count"], row["is_small_group"]) == (3, False)
    assert _row(results, "south", "H10")["is_small_group"]


def test_a_group_missing_in_one_portfolio_is_a_reason(results):
    assert _row(results, "south", "H10")["reason"] == "no_such_group"
    assert _row(results, "north", "H10")["reason"] != "no_such_group"


def test_a_metric_unknown_for_everybody_is_a_reason_of_its_own(portfolios, seeds):
    clients = portfolios["north"].assign(age=np.nan, age_band=None)
    found = evaluate(sufficient_frames({"north": clients}, seeds["hypotheses"]), seeds)
    for name in ("H01", "H19"):  # two groups, many groups
        row = _row(found, "north", name)
        assert (row["reason"], row["companion_reason"]) == ("metric_unknown", "metric_unknown")
        assert row["conclusion_en"].endswith("the metric is unknown for all the clients compared.")
    assert _row(found, "north", "H12")["reason"] == "no_such_group"  # by age, whose groups are unknown
    assert pd.isna(_row(found, "north", "H02")["reason"])


def test_a_question_about_columns_that_a_bank_does_not_supply_says_so(portfolios, seeds):
    """Made up: the bank goes without ages and cities; the other one has an attribute of its own."""
    clients = portfolios["north"].assign(age=np.nan, age_band=None, city=None)
    banks = pd.DataFrame(
        [("north", "age, city", ""), ("south", "", "education")],
        columns=["portfolio", "columns_not_supplied", "additional_attributes"],
    )
    frames = sufficient_frames({"north": clients, "south": portfolios["south"]}, seeds["hypotheses"])
    found = evaluate(frames, seeds, portfolios=banks)
    for name in ("H01", "H08", "H12", "H19"):  # age, city, age bands as groups, many groups
        row = _row(found, "north", name)
        assert (row["verdict"], row["reason"]) == ("not_computable", "not_supplied")
        assert row["conclusion_ru"] == "Проверить нельзя: банк не передаёт столбцов, о которых вопрос."
        assert _row(found, "south", name)["reason"] != "not_supplied"
    assert pd.isna(_row(found, "north", "H02")["reason"])
    assert columns_not_supplied(banks, "north") == {"age", "city", "education"}
    assert columns_not_supplied(banks, "south") == set()


def test_a_metric_unknown_among_the_clients_of_a_filter(portfolios, seeds):
    rows = [{"filter": "has_balance=false"}, {"filter": "city=Углич"}, {"filter": "city=Рыбинск"}]
    registry = pd.DataFrame(
        [
            seeds["hypotheses"].query("hypothesis_id == 'H18'").iloc[0].to_dict()
            | change
            | {"hypothesis_id": name}
            for name, change in zip("XYZ", rows, strict=True)
        ]
    )
    labels = pd.concat(
        [seeds["labels"], pd.DataFrame([{"kind": "group_value", "name": "city", "value": "Углич"}])],
        ignore_index=True,
    )
    frames = sufficient_frames({"north": portfolios["north"]}, registry)
    found = evaluate(frames, seeds, registry=registry, labels=labels)
    reasons = [_row(found, "north", name)["reason"] for name in "XYZ"]
    assert reasons[:2] == ["metric_unknown", "no_such_group"]
    assert pd.isna(reasons[2])
    a, b = two_groups(list(read_registry(registry, KNOWN_ATTRIBUTES))[2], portfolios["north"])
    row = _row(found, "north", "Z")
    assert (row["n_a"], row["n_b"]) == (len(a), len(b))
    assert row["p_value"] == pytest.approx(stats.mannwhitneyu(a, b, method="asymptotic").pvalue, rel=1e-9)


def test_a_group_missing_in_every_portfolio_is_an_error(frames, seeds):
    wrong = seeds["hypotheses"].assign(group_a=seeds["hypotheses"]["group_a"].replace("4", "44"))
    with pytest.raises(RegistryError, match="row H10: group_a '44' names '44'"):
        evaluate(frames, seeds, registry=wrong)


def test_a_new_row_of_the_registry_is_a_new_test(portfolios, seeds):
    row = (
        seeds["hypotheses"].query("hypothesis_id == 'H06'").assign(hypothesis_id="H99", metric="credit_score")
    )
    longer = pd.concat([seeds["hypotheses"], row], ignore_index=True)
    frames = sufficient_frames({"north": portfolios["north"]}, longer)
    found = evaluate(frames, seeds, registry=longer)
    assert _row(found, "north", "H99")["p_value"] == _row(found, "north", "H16")["p_value"]


def test_ranks_come_from_value_counts_where_rank_sums_are_absent(results, frames, seeds):
    without = evaluate(frames, seeds, rank_sums=frames["rank_sums"].iloc[:0])
    for name in ("H01", "H06", "H16"):
        ours, theirs = (_row(found, "north", name)["companion_p_value"] for found in (without, results))
        assert ours == pytest.approx(theirs, rel=1e-12)
    assert _row(without, "north", "H18")["reason"] == "no_rank_sums"


def test_directions_in_texts_follow_the_numbers(results):
    told = results[results["verdict"].isin(["differs", "negligible"]) & results["group_b"].notna()]
    assert len(told) > 5
    for row in told.to_dict("records"):
        up = row["effect_size"] > 0
        assert (" higher " in row["conclusion_en"], " lower " in row["conclusion_en"]) == (up, not up)
        assert ("выше" in row["conclusion_ru"], "ниже" in row["conclusion_ru"]) == (up, not up)


def test_swapping_groups_turns_the_text_round(frames, portfolios, seeds):
    swapped = seeds["hypotheses"].copy()
    two = swapped["group_b"].notna() & (swapped["group_b"] != "rest")
    swapped.loc[two, ["group_a", "group_b"]] = swapped.loc[two, ["group_b", "group_a"]].to_numpy()
    again = evaluate(sufficient_frames(portfolios, swapped), seeds, registry=swapped)
    first = evaluate(frames, seeds)
    for name in swapped.loc[two, "hypothesis_id"]:
        here, there = _row(first, "north", name), _row(again, "north", name)
        assert there["verdict"] == here["verdict"]
        assert there["p_value"] == pytest.approx(here["p_value"], rel=1e-9)
        assert there["effect_size"] == pytest.approx(-here["effect_size"], rel=1e-9)


def test_russian_texts_use_russian_numbers(results):
    texts = results.loc[results["verdict"] != "not_computable", "conclusion_ru"]
    assert not texts.str.contains(r"\d\.\d").any()
    assert not texts.str.contains(r"\d \d").any()
    assert not texts.str.contains("nan|None").any()


def test_english_texts_have_no_russian(results):
    assert not results["conclusion_en"].str.contains("[а-яА-Я]").any()


def test_scenarios_side_by_side(results):
    compared = compare_scenarios(results)
    assert len(compared) == 40
    row = compared.query("portfolio == 'north' and hypothesis_id == 'H14'").iloc[0]
    assert (row["verdict_drop_missing_balance"], bool(row["verdict_changes"])) == (
        "not_computable",
        row["verdict_keep_all"] != "not_computable",
    )
    alone = compare_scenarios(results[results["cleaning_scenario"] == "keep_all"])
    assert alone["verdict_changes"].isna().all()


def test_terminal_table_names_every_hypothesis(results):
    for language, heading in (("ru", "вердикт"), ("en", "verdict")):
        text = format_results(results, language)
        assert heading in text
        assert text.count("H07") == 4


def test_screen_leaves_out_what_says_nothing(screen):
    assert dict(screen.dtypes.astype(str)) == ATTRIBUTE_SCREEN
    pairs = set(zip(screen["metric"], screen["group_attribute"], strict=True))
    assert not pairs & {("is_churned", "is_churned"), ("age", "age_band"), ("balance_missing", "has_balance")}
    assert ("is_churned", "city") in pairs
    assert not screen.duplicated(["portfolio", "comparison_id"]).any()


def test_screen_is_adjusted_by_benjamini_hochberg_within_a_portfolio(screen):
    """Comparisons that involve churn are corrected among themselves, apart from all others."""
    involves_churn = (screen["metric"] == "is_churned") | (screen["group_attribute"] == "is_churned")
    families = list(screen.groupby(["portfolio", involves_churn]))
    assert len(families) == 2 * screen["portfolio"].nunique()
    for _, own in families:
        ran = own[own["p_value"].notna()]
        assert len(ran) > 1
        expected = multipletests(ran["p_value"], method="fdr_bh")[1]
        assert ran["p_value_adjusted"].to_numpy() == pytest.approx(expected, rel=1e-12)
        assert (own["correction"] == "benjamini_hochberg").all()
    assert (screen["family"] == involves_churn.map({True: "churn", False: "attributes"})).all()


def test_screen_agrees_with_the_registered_hypothesis_on_the_same_pair(screen, results):
    pair = screen.query("portfolio == 'north' and comparison_id == 'age:is_churned:false:true'").iloc[0]
    registered = _row(results, "north", "H06")
    assert pair["p_value"] == pytest.approx(registered["p_value"], rel=1e-9)
    assert pair["companion_p_value"] == pytest.approx(registered["companion_p_value"], rel=1e-9)
    assert pair["effect_size"] == pytest.approx(-registered["effect_size"], rel=1e-9)


def test_screen_understands_rank_sums_of_the_swapped_pair(frames, screen, seeds):
    parts = frames["rank_sums"]["comparison_id"].str.split(":")
    turned = frames["rank_sums"].rename(columns=_swap_a_and_b)
    turned["comparison_id"] = parts.map(lambda p: ":".join([*p[:2], *p[:1:-1]]) if len(p) == 4 else p[0])
    again = screen_attributes(
        moments=frames["moments"],
        rank_sums=turned,
        effect_floors=seeds["effect_floors"],
        attributes=ATTRIBUTES,
    )
    pd.testing.assert_frame_equal(again, screen)


def test_drivers_are_ranked_by_cramers_v(portfolios, seeds):
    drivers = rank_drivers(tables=driver_tables(portfolios), effect_floors=seeds["effect_floors"])
    assert dict(drivers.dtypes.astype(str)) == CHURN_DRIVERS
    for _, own in drivers.groupby("portfolio"):
        assert own["rank"].tolist() == list(range(1, 8))
        assert own["importance"].is_monotonic_decreasing


def test_a_driver_that_cannot_be_tested_has_no_rank(seeds):
    tables = pd.DataFrame(
        [("p", "city", "x", 5, 95), ("p", "city", None, 9, 91), ("p", "gender", "male", 14, 186)],
        columns=["portfolio", "attribute", "value", "churned_count", "stayed_count"],
    )
    drivers = rank_drivers(tables=tables, effect_floors=seeds["effect_floors"]).set_index("attribute")
    assert drivers.loc["city", "rank"] == 1
    assert drivers.loc["city", "value_count"] == 2
    assert pd.isna(drivers.loc["gender", "rank"])
    assert drivers.loc["gender", "reason"] == "fewer_than_two_groups"


def test_every_metric_attribute_and_registered_group_has_both_labels(seeds):
    labels = seeds["labels"]
    assert labels[["label_ru", "label_en"]].notna().all().all()
    assert not labels.duplicated(["kind", "name", "value"]).any()


def test_floors_rise(seeds):
    floors = seed("effect_floors")
    assert (floors["floor"] < floors["medium"]).all()
    assert (floors["medium"] < floors["large"]).all()


def _row(results, portfolio, hypothesis_id):
    chosen = (results["portfolio"] == portfolio) & (results["hypothesis_id"] == hypothesis_id)
    return results[chosen & (results["cleaning_scenario"] == "keep_all")].iloc[0]


def _swap_a_and_b(name):
    if name[-2:] not in ("_a", "_b"):
        return name
    return name[:-1] + {"a": "b", "b": "a"}[name[-1]]
