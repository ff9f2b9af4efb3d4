"""Inputs that cannot be tested: nan and a reason, never an exception, an infinity or a made-up p-value."""

import math

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
from bank_churn.statistics.tests.stratified import breslow_day_test, mantel_haenszel_test, simpson_change
from bank_churn.words.reasons import _TEXTS, reason_text

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


def test_complete_separation_has_a_delta_but_no_interval():
    result = mann_whitney_test(ranks([20, 0], [0, 30]))
    assert result.effect_size == -1
    assert math.isnan(result.effect_ci_low)
    assert result.p_value < 1e-9


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
    for reason in _TEXTS:
        assert reason_text(reason, language="ru") != reason_text(reason, language="en")


def test_simpson_reversal_of_the_kidney_stones():
    """Charig et al. 1986: treatment a is better for small and for large stones, worse overall."""
    small = Stratum("small", ProportionSample(87, 81), ProportionSample(270, 234))
    large = Stratum("large", ProportionSample(263, 192), ProportionSample(80, 55))
    assert simpson_change(StratifiedSample((small, large))) == "reverses"


def test_a_difference_that_vanishes_inside_strata():
    one = Stratum("1", ProportionSample(400, 40), ProportionSample(100, 10))
    two = Stratum("2", ProportionSample(100, 50), ProportionSample(400, 200))
    assert simpson_change(StratifiedSample((one, two))) == "disappears"


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
