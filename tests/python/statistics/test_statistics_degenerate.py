"""Inputs that cannot be tested: nan and a reason, never an exception, an infinity or a made-up p-value."""

import math
from typing import get_args

import numpy as np
import pytest
from bank_churn.statistics.tests.anova import welch_anova
from bank_churn.statistics.tests.association import chi_square_test, g_test, information_value
from bank_churn.statistics.tests.means import tost_means, welch_t_test
from bank_churn.statistics.tests.proportions import fisher_exact_test, tost_proportions, two_proportions_test
from bank_churn.statistics.tests.rank_samples import GroupRanks, RankSample
from bank_churn.statistics.tests.ranks import kruskal_wallis_test, mann_whitney_test
from bank_churn.statistics.tests.samples import (
    ContingencyTable,
    MeanSample,
    ProportionSample,
    StratifiedSample,
    Stratum,
)
from bank_churn.statistics.tests.stratified import (
    breslow_day_test,
    directions,
    gail_simon_test,
    mantel_haenszel_test,
    simpson_change,
)
from bank_churn.words.reasons import Reason, reason_text
from scipy import stats

NOBODY, ONE = MeanSample(0, math.nan, math.nan), MeanSample(1, 40.0, math.nan)
PLAIN, FLAT, OTHER_FLAT = MeanSample(50, 40.0, 9.0), MeanSample(50, 40.0, 0.0), MeanSample(50, 41.0, 0.0)


def ranks(counts_a, counts_b):
    values = range(len(counts_a))
    return RankSample.from_value_counts(values=list(values), counts_a=counts_a, counts_b=counts_b)


def assert_untold(result, reason):
    assert result.reason == reason
    assert not result.is_computed
    figures = (result.statistic, result.log10_p, result.effect_size, result.ci_low, result.effect_ci_high)
    assert all(math.isnan(figure) for figure in figures)


@pytest.mark.parametrize(
    ("a", "b", "reason"),
    [
        (NOBODY, PLAIN, "no_such_group"),
        (PLAIN, NOBODY, "no_such_group"),
        (ONE, PLAIN, "group_too_small"),
        (FLAT, FLAT, "all_values_equal"),
        (FLAT, OTHER_FLAT, "zero_variance"),
    ],
)
def test_means(a, b, reason):
    assert_untold(welch_t_test(a, b), reason)
    assert_untold(tost_means(a, b, margin=2), reason)


def test_one_flat_group_is_no_obstacle():
    assert welch_t_test(FLAT, MeanSample(50, 42.0, 9.0)).p_value < 0.001


@pytest.mark.parametrize(
    ("a", "b", "reason"),
    [
        ((0, 0), (10, 5), "no_such_group"),
        ((10, 0), (20, 0), "all_values_equal"),
        ((10, 10), (20, 20), "all_values_equal"),
    ],
)
def test_proportions(a, b, reason):
    samples = ProportionSample(*a), ProportionSample(*b)
    assert_untold(two_proportions_test(*samples), reason)
    assert_untold(fisher_exact_test(*samples), reason)
    assert_untold(tost_proportions(*samples, margin=0.1), reason)


def test_one_client_against_many_is_exact_not_refused():
    result = two_proportions_test(ProportionSample(1, 1), ProportionSample(999, 100))
    assert result.test_name == "fisher_exact"
    assert result.p_value == pytest.approx(101 / 1000)


@pytest.mark.parametrize(
    ("sample", "reason"),
    [
        (ranks([0, 0], [5, 5]), "no_such_group"),
        (ranks([1, 0], [5, 5]), "group_too_small"),
        (ranks([7, 0], [5, 0]), "all_values_equal"),
    ],
)
def test_ranks(sample, reason):
    assert_untold(mann_whitney_test(sample), reason)


def test_complete_separation_has_newcombes_interval():
    """Newcombe 2006, method 5: 1 − θ = z·√(θ(1 − θ)/mn·(1 + ((m + n)/2 − 1)·(…)))."""
    result = mann_whitney_test(ranks([20, 0], [0, 30]))
    assert (result.effect_size, result.effect_ci_low) == (-1, -1)
    theta = (1 - result.effect_ci_high) / 2
    spread = theta * (1 - theta) / 600 * (1 + 24 * ((1 - theta) / (2 - theta) + theta / (1 + theta)))
    assert 1 - theta == pytest.approx(1.959964 * math.sqrt(spread), rel=1e-6)
    assert result.p_value < 1e-9
    assert mann_whitney_test(ranks([0, 30], [20, 0])).effect_ci_low == pytest.approx(-result.effect_ci_high)


@pytest.mark.parametrize(
    ("sample", "reason"),
    [
        (GroupRanks((), (), 0.0), "fewer_than_two_groups"),
        (GroupRanks((5, 0), (15.0, 0.0), 0.0), "fewer_than_two_groups"),
        (GroupRanks((1, 1), (1.0, 2.0), 0.0), "group_too_small"),
        (GroupRanks((3, 2), (9.0, 6.0), 120.0), "all_values_equal"),
    ],
)
def test_many_ranks(sample, reason):
    assert_untold(kruskal_wallis_test(sample), reason)


@pytest.mark.parametrize(
    ("groups", "reason"),
    [
        ([], "fewer_than_two_groups"),
        ([PLAIN, NOBODY], "fewer_than_two_groups"),
        ([PLAIN, PLAIN, ONE], "group_too_small"),
        ([FLAT, FLAT], "all_values_equal"),
        ([FLAT, PLAIN], "zero_variance"),
    ],
)
def test_many_means(groups, reason):
    assert_untold(welch_anova(groups), reason)


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        ((), "fewer_than_two_groups"),
        (((5, 5), (0, 0)), "fewer_than_two_groups"),
        (((5, 0), (9, 0)), "all_values_equal"),
    ],
)
def test_tables(counts, reason):
    assert_untold(chi_square_test(ContingencyTable(counts)), reason)
    assert_untold(g_test(ContingencyTable(counts)), reason)
    assert math.isnan(information_value(ContingencyTable(counts)))


def test_small_expected_counts_are_a_caution_not_a_refusal():
    result = chi_square_test(ContingencyTable(((1, 3), (900, 2000))))
    assert result.reason == "small_expected_counts"
    assert result.is_computed


def test_strata_without_both_groups_or_outcomes():
    only_a = Stratum("x", ProportionSample(50, 5), ProportionSample(0, 0))
    all_churned = Stratum("y", ProportionSample(50, 50), ProportionSample(40, 40))
    assert_untold(mantel_haenszel_test(StratifiedSample((only_a, all_churned))), "no_usable_strata")
    assert_untold(breslow_day_test(StratifiedSample(())), "no_usable_strata")
    assert simpson_change(StratifiedSample((only_a, all_churned))) is None


def test_an_odds_ratio_of_zero_or_infinity_is_a_reason():
    one = Stratum("x", ProportionSample(50, 0), ProportionSample(50, 10))
    assert_untold(mantel_haenszel_test(StratifiedSample((one, one))), "empty_cell")
    assert_untold(breslow_day_test(StratifiedSample((one, one))), "empty_cell")


def test_identical_strata_are_homogeneous_not_an_error():
    one = Stratum("x", ProportionSample(50, 10), ProportionSample(50, 10))
    assert mantel_haenszel_test(StratifiedSample((one, one))).p_value == 1
    with np.errstate(all="raise"):
        assert breslow_day_test(StratifiedSample((one, one))).p_value == pytest.approx(1)


def test_breslow_day_is_continuous_where_the_common_odds_ratio_is_one():
    """Two mirrored strata (common ratio exactly 1) against nearly mirrored ones, by statsmodels."""
    up = Stratum("x", ProportionSample(5000, 1000), ProportionSample(5000, 1100))
    down = Stratum("y", ProportionSample(5000, 1100), ProportionSample(5000, 1000))
    nearly = Stratum("y", ProportionSample(5000, 1101), ProportionSample(5000, 1000))
    at_one = breslow_day_test(StratifiedSample((up, down))).statistic
    assert at_one == pytest.approx(breslow_day_test(StratifiedSample((up, nearly))).statistic, rel=0.02)


def test_every_reason_has_both_texts():
    for reason in get_args(Reason):
        assert reason_text(reason, language="ru") != reason_text(reason, language="en")


def kidney_stones(times):
    """Charig et al. 1986: treatment a is better for small and for large stones, worse overall."""
    small = Stratum(
        "small", ProportionSample(87 * times, 81 * times), ProportionSample(270 * times, 234 * times)
    )
    large = Stratum(
        "large", ProportionSample(263 * times, 192 * times), ProportionSample(80 * times, 55 * times)
    )
    return StratifiedSample((small, large))


def test_a_simpson_reversal_needs_evidence_on_the_reversed_side():
    """The 700 patients are too few for it (common odds ratio 1.45, from .98); ten times as many are not."""
    assert mantel_haenszel_test(kidney_stones(1)).effect_ci_low < 1
    assert simpson_change(kidney_stones(1)) is None
    assert simpson_change(kidney_stones(10)) == "reverses"


def test_a_difference_that_is_not_shown_cannot_disappear():
    """Crude odds ratio 1.12 (0.94 to 1.34), inside strata 1.00."""
    one = Stratum("1", ProportionSample(400, 40), ProportionSample(300, 30))
    two = Stratum("2", ProportionSample(400, 200), ProportionSample(500, 250))
    assert simpson_change(StratifiedSample((one, two))) is None


def test_a_difference_that_vanishes_inside_strata():
    one = Stratum("1", ProportionSample(400, 40), ProportionSample(100, 10))
    two = Stratum("2", ProportionSample(100, 50), ProportionSample(400, 200))
    assert simpson_change(StratifiedSample((one, two))) == "disappears"


def test_a_direction_that_depends_on_the_stratum():
    """Gail and Simon 1985: Q = min(Σd²/s² above, below), p = Σ binom(h; k − 1, ½)·P(χ²_h > Q)."""
    one = Stratum("1", ProportionSample(400, 80), ProportionSample(400, 40))
    two = Stratum("2", ProportionSample(400, 60), ProportionSample(400, 90))
    three = Stratum("3", ProportionSample(400, 90), ProportionSample(400, 92))
    sample = StratifiedSample((one, two, three))
    squares = []
    for a, b in ((80, 40), (60, 90), (90, 92)):
        cells = np.array([a, 400 - a, b, 400 - b]) + 0.5
        squares.append(math.log(cells[0] * cells[3] / cells[1] / cells[2]) ** 2 / (1 / cells).sum())
    q = squares[1] + squares[2]
    found = gail_simon_test(sample)
    assert found.statistic == pytest.approx(q)
    assert found.p_value == pytest.approx(0.5 * stats.chi2(1).sf(q) + 0.25 * stats.chi2(2).sf(q), rel=1e-9)
    sides = {side: [s.value for s in strata] for side, strata in directions(sample).items()}
    assert sides == {"higher": ["1"], "lower": ["2"], "unclear": ["3"]}


def test_one_direction_everywhere_is_no_reversal_whatever_its_size():
    one = Stratum("1", ProportionSample(400, 300), ProportionSample(400, 40))
    two = Stratum("2", ProportionSample(400, 60), ProportionSample(400, 50))
    assert gail_simon_test(StratifiedSample((one, two))).p_value == 1
    assert_untold(gail_simon_test(StratifiedSample((one,))), "no_usable_strata")


def test_a_direction_that_holds_gives_no_warning():
    one = Stratum("1", ProportionSample(400, 80), ProportionSample(400, 40))
    two = Stratum("2", ProportionSample(400, 240), ProportionSample(400, 200))
    assert simpson_change(StratifiedSample((one, two))) is None


def test_a_reversal_in_one_stratum_of_two_gives_no_warning():
    one = Stratum("1", ProportionSample(400, 80), ProportionSample(400, 40))
    two = Stratum("2", ProportionSample(100, 48), ProportionSample(100, 50))
    assert simpson_change(StratifiedSample((one, two))) is None


def test_a_reversal_in_tiny_strata_gives_no_warning():
    small = Stratum("small", ProportionSample(8, 7), ProportionSample(27, 23))
    large = Stratum("large", ProportionSample(26, 19), ProportionSample(8, 5))
    assert simpson_change(StratifiedSample((small, large))) is None
