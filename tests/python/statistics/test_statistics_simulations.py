"""Long-run behaviour on drawn data: p-values are uniform where there is no effect, intervals cover 95 %."""

import math
from itertools import pairwise

import numpy as np
import pytest
from bank_churn.statistics.tests.anova import welch_anova
from bank_churn.statistics.tests.association import chi_square_test, g_test
from bank_churn.statistics.tests.means import tost_means, welch_t_test
from bank_churn.statistics.tests.proportions import (
    fisher_exact_test,
    odds_ratio,
    tost_proportions,
    two_proportions_test,
)
from bank_churn.statistics.tests.rank_samples import GroupRanks, RankSample
from bank_churn.statistics.tests.ranks import kruskal_wallis_test, mann_whitney_test
from bank_churn.statistics.tests.samples import (
    ContingencyTable,
    MeanSample,
    ProportionSample,
    StratifiedSample,
    Stratum,
)
from bank_churn.statistics.tests.stratified import breslow_day_test, mantel_haenszel_test
from raw_clients import rank_sample_row
from scipy import stats

DRAWS = 2000
pytestmark = pytest.mark.slow


@pytest.fixture
def draw():
    return np.random.default_rng(20240607)


def normal_moments(draw, n, mean, sd):
    """Moments of DRAWS normal samples, drawn without their rows (mean and variance are independent)."""
    means = draw.normal(mean, sd / math.sqrt(n), DRAWS)
    variances = sd**2 * draw.chisquare(n - 1, DRAWS) / (n - 1)
    return [MeanSample(n, float(m), float(v)) for m, v in zip(means, variances, strict=True)]


def binomial(draw, n, share):
    return [ProportionSample(n, int(k)) for k in draw.binomial(n, share, DRAWS)]


def strata(draw, shares_and_odds, n_a, n_b):
    """DRAWS stratified samples; each stratum has a share in b and an odds ratio of a to b."""
    columns = []
    for share, odds in shares_and_odds:
        share_a = share * odds / (1 - share + share * odds)
        columns.append(zip(binomial(draw, n_a, share_a), binomial(draw, n_b, share), strict=True))
    return [
        StratifiedSample(tuple(Stratum(str(i), a, b) for i, (a, b) in enumerate(tables)))
        for tables in zip(*columns, strict=True)
    ]


def contingency_tables(rows):
    """DRAWS tables from one array of shape (DRAWS, columns) per group."""
    return [ContingencyTable(tuple(map(tuple, table))) for table in np.stack(rows, axis=1).tolist()]


def assert_uniform(p_values):
    assert len(p_values) == DRAWS
    assert stats.kstest(p_values, "uniform").pvalue > 0.01
    assert np.mean(np.array(p_values) < 0.05) == pytest.approx(0.05, abs=0.015)


def assert_covers(intervals, truth):
    low, high = np.array(intervals).T
    assert len(low) == DRAWS
    assert 0.93 <= np.mean((low <= truth) & (truth <= high)) <= 0.97


def test_welch_t_under_no_effect(draw):
    pairs = zip(normal_moments(draw, 40, 44, 4), normal_moments(draw, 90, 44, 12), strict=True)
    assert_uniform([welch_t_test(a, b).p_value for a, b in pairs])


def test_tost_of_means_at_its_margin(draw):
    pairs = zip(normal_moments(draw, 300, 46, 5), normal_moments(draw, 200, 44, 9), strict=True)
    assert_uniform([tost_means(a, b, margin=2).p_value for a, b in pairs])


def test_welch_anova_under_no_effect(draw):
    groups = [normal_moments(draw, n, 44, sd) for n, sd in ((60, 5), (40, 12), (150, 8))]
    assert_uniform([welch_anova(samples).p_value for samples in zip(*groups, strict=True)])


def test_mann_whitney_under_no_effect_with_ties(draw):
    pairs = draw.integers(18, 90, (DRAWS, 150)), draw.integers(18, 90, (DRAWS, 220))
    samples = [RankSample(**rank_sample_row(a, b)) for a, b in zip(*pairs, strict=True)]
    assert_uniform([mann_whitney_test(sample).p_value for sample in samples])


def test_kruskal_wallis_under_no_effect_with_ties(draw):
    sizes, p_values = (60, 90, 120), []
    for ranks, rows in _ranked(draw.integers(18, 90, (DRAWS, sum(sizes)))):
        ends = np.cumsum((0, *sizes))
        sums = tuple(float(ranks[i:j].sum()) for i, j in pairwise(ends))
        ties = np.unique(rows, return_counts=True)[1].astype(float)
        p_values.append(kruskal_wallis_test(GroupRanks(sizes, sums, float((ties**3 - ties).sum()))).p_value)
    assert_uniform(p_values)


def test_two_proportions_under_no_effect(draw):
    pairs = zip(binomial(draw, 4999, 0.21), binomial(draw, 3001, 0.21), strict=True)
    assert_uniform([two_proportions_test(a, b).p_value for a, b in pairs])


def test_fisher_never_exceeds_its_level(draw):
    pairs = zip(binomial(draw, 12, 0.2), binomial(draw, 300, 0.2), strict=True)
    p_values = np.array([fisher_exact_test(a, b).p_value for a, b in pairs])
    for level in (0.01, 0.05, 0.1, 0.3):
        assert np.mean(p_values <= level) <= level + 3 * math.sqrt(level * (1 - level) / DRAWS)


def test_tost_of_proportions_at_its_margin(draw):
    pairs = zip(binomial(draw, 4999, 0.25), binomial(draw, 3001, 0.20), strict=True)
    assert_uniform([tost_proportions(a, b, margin=0.05).p_value for a, b in pairs])


@pytest.mark.parametrize("test", [chi_square_test, g_test])
def test_chi_square_under_no_effect(draw, test):
    rows = [draw.multinomial(n, (0.5, 0.3, 0.2), DRAWS) for n in (800, 650, 910)]
    tables = [
        ContingencyTable(tuple(tuple(map(int, row)) for row in table)) for table in zip(*rows, strict=True)
    ]
    assert_uniform([test(table).p_value for table in tables])


def test_mantel_haenszel_under_no_effect(draw):
    samples = strata(draw, [(0.1, 1), (0.3, 1), (0.5, 1)], 499, 701)
    assert_uniform([mantel_haenszel_test(sample).p_value for sample in samples])


def test_breslow_day_under_one_odds_ratio(draw):
    samples = strata(draw, [(0.2, 2), (0.3, 2), (0.5, 2)], 499, 701)
    assert_uniform([breslow_day_test(sample).p_value for sample in samples])


def test_interval_of_a_mean_difference(draw):
    pairs = zip(normal_moments(draw, 40, 46, 4), normal_moments(draw, 90, 44, 12), strict=True)
    results = [welch_t_test(a, b) for a, b in pairs]
    assert_covers([(result.ci_low, result.ci_high) for result in results], 2)


def test_interval_of_hedges_g(draw):
    pairs = zip(normal_moments(draw, 80, 46, 5), normal_moments(draw, 120, 44, 5), strict=True)
    results = [welch_t_test(a, b) for a, b in pairs]
    assert_covers([(result.effect_ci_low, result.effect_ci_high) for result in results], 0.4)


def test_intervals_of_two_proportions(draw):
    pairs = list(zip(binomial(draw, 250, 0.30), binomial(draw, 400, 0.18), strict=True))
    results = [two_proportions_test(a, b) for a, b in pairs]
    assert_covers([(result.ci_low, result.ci_high) for result in results], 0.12)
    h = 2 * math.asin(math.sqrt(0.30)) - 2 * math.asin(math.sqrt(0.18))
    assert_covers([(result.effect_ci_low, result.effect_ci_high) for result in results], h)
    assert_covers([odds_ratio(a, b)[1:] for a, b in pairs], (0.30 / 0.70) / (0.18 / 0.82))


def test_interval_of_cliffs_delta(draw):
    pairs = draw.normal(0.5, 1, (DRAWS, 120)), draw.normal(0, 2, (DRAWS, 180))
    results = [mann_whitney_test(RankSample(**rank_sample_row(a, b))) for a, b in zip(*pairs, strict=True)]
    delta = 2 * stats.norm.cdf(0.5 / math.sqrt(5)) - 1
    assert_covers([(result.effect_ci_low, result.effect_ci_high) for result in results], delta)


def test_interval_of_cramers_v(draw):
    shares, sizes = np.array([[0.30, 0.70], [0.20, 0.80], [0.15, 0.85]]), (500, 500, 500)
    rows = [draw.multinomial(n, share, DRAWS) for n, share in zip(sizes, shares, strict=True)]
    tables = [
        ContingencyTable(tuple(tuple(map(int, row)) for row in table)) for table in zip(*rows, strict=True)
    ]
    results = [chi_square_test(table) for table in tables]
    expected = shares.mean(axis=0)
    v = math.sqrt((((shares - expected) ** 2) / expected).sum() / 3)
    assert_covers([(result.effect_ci_low, result.effect_ci_high) for result in results], v)


def test_interval_of_omega_squared(draw):
    groups = [normal_moments(draw, 150, mean, 9) for mean in (42, 44, 47)]
    results = [welch_anova(samples) for samples in zip(*groups, strict=True)]
    noncentrality = 150 * np.var((42, 44, 47)) * 3 / 81
    truth = noncentrality / (noncentrality + 450)
    assert_covers([(result.effect_ci_low, result.effect_ci_high) for result in results], truth)


def test_interval_of_the_mantel_haenszel_odds_ratio(draw):
    results = [mantel_haenszel_test(sample) for sample in strata(draw, [(0.1, 1.7), (0.3, 1.7)], 300, 500)]
    assert_covers([(result.effect_ci_low, result.effect_ci_high) for result in results], 1.7)


def _ranked(rows):
    return zip(stats.rankdata(rows, axis=1), rows, strict=True)
