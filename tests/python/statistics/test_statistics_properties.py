"""What must hold whatever the clients are: symmetry, invariance, and nothing infinite, faked or raised."""

import math

import numpy as np
import pandas as pd
import pytest
from bank_churn.statistics.judgement.evaluation import evaluate_hypotheses
from bank_churn.statistics.judgement.screening import screen_attributes
from bank_churn.statistics.tests.association import chi_square_test
from bank_churn.statistics.tests.means import welch_t_test
from bank_churn.statistics.tests.proportions import two_proportions_test
from bank_churn.statistics.tests.rank_samples import RankSample
from bank_churn.statistics.tests.ranks import mann_whitney_test
from bank_churn.statistics.tests.samples import ContingencyTable, MeanSample, ProportionSample
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from raw_clients import ATTRIBUTES, sufficient_frames, with_derived

pytest_plugins = ["made_up_portfolios"]

quick = settings(max_examples=200, deadline=None, database=None)
slow = settings(max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck))

rows = st.lists(st.integers(0, 12).map(float), max_size=12)
samples = rows.map(
    lambda r: MeanSample(
        len(r),
        float(np.mean(r)) if r else math.nan,
        float(np.var(r, ddof=1)) if len(r) > 1 else math.nan,
    )
)
shares = st.integers(0, 3000).flatmap(
    lambda n: st.integers(0, n).map(lambda successes: ProportionSample(n, successes))
)
tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 500), min_size=width, max_size=width).map(tuple), max_size=5
    ).map(tuple)
)


def rank_sample(a, b):
    values = sorted({*a, *b})
    counts = [[group.count(value) for value in values] for group in (a, b)]
    return RankSample.from_value_counts(values=values, counts_a=counts[0], counts_b=counts[1])


def assert_honest(result):
    """Either a p-value of 0 to 1 with finite company, or nan and a reason."""
    figures = [
        result.statistic,
        result.p_value,
        result.log10_p,
        result.effect_size,
        result.ci_low,
        result.ci_high,
    ]
    assert not any(math.isinf(figure) for figure in figures)
    if result.is_computed:
        assert 0 <= result.p_value <= 1
        assert not math.isnan(result.effect_size)
    else:
        assert result.reason is not None
        assert all(math.isnan(figure) for figure in figures)


def assert_mirrored(one, other):
    assert one.reason == other.reason
    assert one.p_value == pytest.approx(other.p_value, rel=1e-9, nan_ok=True)
    assert one.effect_size == pytest.approx(-other.effect_size, rel=1e-9, abs=1e-12, nan_ok=True)
    assert one.effect_ci_low == pytest.approx(-other.effect_ci_high, rel=1e-9, abs=1e-12, nan_ok=True)
    assert one.ci_low == pytest.approx(-other.ci_high, rel=1e-9, abs=1e-12, nan_ok=True)


@quick
@given(samples, samples)
def test_welch_is_honest_and_mirrored(a, b):
    assert_honest(welch_t_test(a, b))
    assert_mirrored(welch_t_test(a, b), welch_t_test(b, a))


@quick
@given(shares, shares)
def test_proportions_are_honest_and_mirrored(a, b):
    assert_honest(two_proportions_test(a, b))
    assert_mirrored(two_proportions_test(a, b), two_proportions_test(b, a))


@quick
@given(shares, shares)
def test_counting_those_who_stayed_turns_the_difference_round(a, b):
    stayed = [ProportionSample(s.n, s.failures) for s in (a, b)]
    assert_mirrored(two_proportions_test(a, b), two_proportions_test(*stayed))


@quick
@given(rows, rows)
def test_ranks_are_honest_and_mirrored(a, b):
    result = mann_whitney_test(rank_sample(a, b))
    assert_honest_ranks(result)
    assert_mirrored(result, mann_whitney_test(rank_sample(b, a)))
    assert_mirrored(result, mann_whitney_test(rank_sample(a, b).swapped()))


def assert_honest_ranks(result):
    assert not math.isinf(result.statistic)
    assert result.is_computed == (result.reason is None)
    if result.is_computed:
        assert 0 <= result.p_value <= 1
        assert -1 <= result.effect_size <= 1


@quick
@given(rows, rows)
def test_ranks_do_not_mind_a_rising_transformation(a, b):
    bent = [[math.exp(x) for x in group] for group in (a, b)]
    assert mann_whitney_test(rank_sample(*bent)) == mann_whitney_test(rank_sample(a, b))


@quick
@given(samples, samples, st.floats(-1e4, 1e4), st.floats(0.01, 1e4))
def test_welch_does_not_mind_another_unit(a, b, shift, scale):
    moved = [MeanSample(s.n, scale * s.mean + shift, scale**2 * s.variance) for s in (a, b)]
    before, after = welch_t_test(a, b), welch_t_test(*moved)
    if not before.is_computed:
        return
    assert after.p_value == pytest.approx(before.p_value, rel=1e-6, abs=1e-9)
    assert after.effect_size == pytest.approx(before.effect_size, rel=1e-6, abs=1e-6)
    assert after.ci_high - after.ci_low == pytest.approx(scale * (before.ci_high - before.ci_low), rel=1e-6)


@quick
@given(tables)
def test_tables_are_honest_and_do_not_mind_order(table):
    result = chi_square_test(ContingencyTable(table))
    assert_honest(result)
    turned = chi_square_test(ContingencyTable(tuple(tuple(reversed(row)) for row in reversed(table))))
    assert turned.p_value == pytest.approx(result.p_value, rel=1e-9, nan_ok=True)
    if result.is_computed:
        assert result.effect_ci_low <= result.effect_size <= result.effect_ci_high


def pick(*values):
    return st.sampled_from(values)


client = st.fixed_dictionaries(
    {
        "credit_score": pick(500, 700, 701),
        "city": pick("Ростов Великий", "Рыбинск", "Ярославль"),
        "gender": pick("female", "male", None),
        "age": pick(18, 40, 41, 65, 66, None),
        "property_points": pick(0, 5),
        "balance": pick(None, 0.0, 1e3, 1.2e8),
        "product_count": pick(0, 1, 2, 4),
        "has_credit_card": pick(0, 1),
        "is_active": pick(0, 1),
        "estimated_salary": pick(0.01, 1e5, 1e7),
        "is_churned": pick(0, 1),
    }
)
fixed_columns = st.fixed_dictionaries(
    {},
    optional={
        "is_churned": pick(0, 1),
        "balance": pick(None, 7.0),
        "age": pick(30, None),
        "city": pick("Рыбинск"),
        "gender": pick("male"),
        "product_count": pick(1, 4),
    },
)


def portfolio(clients, constants):
    frame = pd.DataFrame(clients)
    for column, value in constants.items():
        frame[column] = value
    for column in ("age", "balance"):
        frame[column] = pd.to_numeric(frame[column]).astype(float)
    return with_derived(frame)


@slow
@given(st.lists(client, min_size=1, max_size=40), fixed_columns)
def test_any_portfolio_gets_honest_rows(seeds, clients, constants):
    frames = sufficient_frames({"any": portfolio(clients, constants)}, seeds["hypotheses"], screen=True)
    results = evaluate(frames, seeds)
    screen = screen_attributes(
        moments=frames["moments"],
        rank_sums=frames["rank_sums"],
        effect_floors=seeds["effect_floors"],
        attributes=ATTRIBUTES,
    )
    for found in (results, screen):
        assert not np.isinf(found.select_dtypes("float64").to_numpy()).any()
        untold = found["p_value"].isna()
        assert (untold == found["verdict"].eq("not_computable")).all()
        assert found.loc[untold, "reason"].notna().all()
        assert found["p_value_adjusted"].isna().eq(untold).all()
    assert results[["conclusion_ru", "conclusion_en"]].notna().all().all()
    assert not results["conclusion_en"].str.contains("nan").any()


@slow
@given(st.lists(client, min_size=5, max_size=30))
def test_groups_without_clients_change_nothing(seeds, clients):
    frames = sufficient_frames({"any": portfolio(clients, {})}, seeds["hypotheses"], scenarios=("keep_all",))
    empty = (
        frames["moments"]
        .head(3)
        .assign(
            group_value=["Углич", None, "unknown"], client_count=[0, 5, 5], mean=math.nan, variance=math.nan
        )
    )
    padded = frames | {"moments": pd.concat([frames["moments"], empty], ignore_index=True)}
    plain, with_empty = (evaluate(given_frames, seeds) for given_frames in (frames, padded))
    pd.testing.assert_frame_equal(plain, with_empty)


def evaluate(frames, seeds):
    return evaluate_hypotheses(
        registry=seeds["hypotheses"],
        effect_floors=seeds["effect_floors"],
        labels=seeds["labels"],
        attributes=ATTRIBUTES,
        **frames,
    )
