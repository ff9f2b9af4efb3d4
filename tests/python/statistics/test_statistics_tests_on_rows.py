"""Every test against the same test on raw rows, by scipy or statsmodels (named in each test)."""

import math
import tracemalloc

import numpy as np
import pytest
from bank_churn.statistics.tests.anova import welch_anova
from bank_churn.statistics.tests.association import chi_square_test, g_test, information_value
from bank_churn.statistics.tests.means import tost_means, welch_t_test
from bank_churn.statistics.tests.multiplicity import adjust_p_values
from bank_churn.statistics.tests.noncentrality import noncentral_chi2_interval, noncentral_f_interval
from bank_churn.statistics.tests.power import smallest_detectable_association, smallest_detectable_effect
from bank_churn.statistics.tests.proportions import (
    fisher_exact_test,
    odds_ratio,
    risk_ratio,
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
from bank_churn.statistics.tests.tails import log10_survival
from raw_clients import group_rank_rows, rank_sample_row
from scipy import special, stats
from scipy.stats.contingency import association
from statsmodels.stats.contingency_tables import StratifiedTable, Table2x2
from statsmodels.stats.nonparametric import rank_compare_2indep
from statsmodels.stats.oneway import anova_oneway
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW, ttost_ind

pytestmark = pytest.mark.filterwarnings("error::RuntimeWarning")


def close(value):
    return pytest.approx(value, rel=1e-9, abs=1e-300)


def mean_sample(rows):
    return MeanSample(len(rows), float(np.mean(rows)), float(np.var(rows, ddof=1)))


@pytest.fixture(scope="module")
def ages():
    draw = np.random.default_rng(11)
    return draw.normal(44, 9, 310).round(), draw.normal(41, 12, 540).round()


def test_welch_t_and_interval_as_scipy_on_rows(ages):
    a, b = ages
    expected = stats.ttest_ind(a, b, equal_var=False)
    interval = expected.confidence_interval(0.95)
    result = welch_t_test(mean_sample(a), mean_sample(b))
    assert result.statistic == close(expected.statistic)
    assert result.p_value == close(expected.pvalue)
    assert result.degrees_of_freedom == close(expected.df)
    assert (result.ci_low, result.ci_high) == (close(interval.low), close(interval.high))
    assert result.log10_p == close(math.log10(expected.pvalue))


def test_welch_interval_as_statsmodels_on_weighted_values(ages):
    a, b = (np.unique(rows, return_counts=True) for rows in ages)
    compare = CompareMeans(DescrStatsW(a[0], weights=a[1]), DescrStatsW(b[0], weights=b[1]))
    low, high = compare.tconfint_diff(usevar="unequal")
    result = welch_t_test(*(mean_sample(rows) for rows in ages))
    assert (result.ci_low, result.ci_high) == (close(low), close(high))


def test_hedges_g_from_its_textbook_formula():
    """Hedges & Olkin 1985, p. 79-86, worked by hand: d = 0.5, J = 1 - 3/391."""
    result = welch_t_test(MeanSample(50, 1.0, 1.0), MeanSample(50, 0.5, 1.0))
    g = 0.5 * (1 - 3 / 391)
    half = stats.norm.ppf(0.975) * math.sqrt(0.04 + g**2 / 200)
    assert result.effect_size == close(g)
    assert (result.effect_ci_low, result.effect_ci_high) == (close(g - half), close(g + half))


@pytest.mark.parametrize("margin", [0.5, 2.0, 4.0, 8.0])
def test_tost_of_means_as_statsmodels_on_rows(ages, margin):
    a, b = ages
    expected = ttost_ind(a, b, -margin, margin, usevar="unequal")[0]
    result = tost_means(mean_sample(a), mean_sample(b), margin=margin)
    assert result.p_value == close(expected)
    assert result.log10_p == close(math.log10(expected))
    interval = stats.ttest_ind(a, b, equal_var=False).confidence_interval(0.90)
    assert (result.ci_low, result.ci_high) == (close(interval.low), close(interval.high))


def test_pooled_moments_are_those_of_the_rows_together(ages):
    a, b = ages
    pooled = MeanSample.pooled([mean_sample(a), mean_sample(b), MeanSample(0, math.nan, math.nan)])
    together = mean_sample(np.concatenate([a, b]))
    assert (pooled.n, pooled.mean, pooled.variance) == (
        together.n,
        close(together.mean),
        close(together.variance),
    )


def test_mann_whitney_as_scipy_on_rows(ages):
    expected = stats.mannwhitneyu(*ages, method="asymptotic", use_continuity=True)
    result = mann_whitney_test(RankSample(**rank_sample_row(*ages)))
    assert (result.statistic, result.p_value) == (close(expected.statistic), close(expected.pvalue))
    assert result.log10_p == close(math.log10(expected.pvalue))


def test_cliffs_delta_interval_as_statsmodels_brunner_munzel_on_rows(ages):
    expected = rank_compare_2indep(*ages, use_t=True)
    low, high = expected.conf_int()
    result = mann_whitney_test(RankSample(**rank_sample_row(*ages)))
    assert result.effect_size == close(2 * expected.prob1 - 1)
    assert (result.effect_ci_low, result.effect_ci_high) == (close(2 * low - 1), close(2 * high - 1))


def test_rank_sums_from_value_counts_as_from_rows(ages):
    a, b = ages
    values = np.unique(np.concatenate(ages))
    counts = [[int((rows == value).sum()) for value in values] for rows in (a, b)]
    sample = RankSample.from_value_counts(values=values, counts_a=counts[0], counts_b=counts[1])
    assert vars(sample) == pytest.approx(rank_sample_row(a, b), rel=1e-12)


@pytest.mark.parametrize(("a", "b"), [((310, 45), (540, 130)), ((310, 310), (540, 130)), ((60, 0), (70, 30))])
def test_two_proportions_as_statsmodels(a, b):
    z, p_value = proportions_ztest([a[1], b[1]], [a[0], b[0]])
    low, high = confint_proportions_2indep(a[1], a[0], b[1], b[0], method="newcomb", compare="diff")
    result = two_proportions_test(ProportionSample(*a), ProportionSample(*b))
    assert result.test_name == "two_proportions_z"
    assert (result.statistic, result.p_value) == (close(z), close(p_value))
    assert (result.ci_low, result.ci_high) == (close(low), close(high))
    assert result.effect_size == close(
        2 * math.asin((a[1] / a[0]) ** 0.5) - 2 * math.asin((b[1] / b[0]) ** 0.5)
    )


def test_z_of_proportions_squared_is_scipys_uncorrected_chi_square():
    expected = stats.chi2_contingency([[45, 265], [130, 410]], correction=False)
    result = two_proportions_test(ProportionSample(310, 45), ProportionSample(540, 130))
    assert result.statistic**2 == close(expected.statistic)
    assert result.p_value == close(expected.pvalue)


def test_newcombe_interval_of_his_own_paper():
    """Newcombe 1998, table II, method 10, 56/70 against 48/80: 0.0524 to 0.3339."""
    result = two_proportions_test(ProportionSample(70, 56), ProportionSample(80, 48))
    assert (round(result.ci_low, 4), round(result.ci_high, 4)) == (0.0524, 0.3339)


@pytest.mark.parametrize(
    ("a", "b"),
    [((500, 10_000), (3_000, 9_000)), ((3_000, 9_000), (500, 10_000)), ((0, 1_000), (900, 1_000))],
)
def test_fishers_tiny_p_values_are_sums_over_the_whole_support(a: tuple[int, int], b: tuple[int, int]):
    """Below what scipy returns as zero."""
    (k, n), (other, size) = a, b
    support = np.arange(max(0, k + other - size), min(n, k + other) + 1)
    log_pmf = stats.hypergeom.logpmf(support, n + size, k + other, n)
    expected = special.logsumexp(log_pmf[log_pmf <= log_pmf[support == k] + 1e-7]) / np.log(10)
    result = fisher_exact_test(ProportionSample(successes=k, n=n), ProportionSample(successes=other, n=size))
    assert result.log10_p == pytest.approx(expected, rel=1e-12)
    assert expected < -290


def test_fisher_among_a_hundred_million_clients_needs_no_support_of_millions():
    samples = [ProportionSample(successes=k, n=n) for k, n in ((10**7, 4 * 10**7), (8 * 10**6, 6 * 10**7))]
    tracemalloc.start()
    result = fisher_exact_test(*samples)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert result.log10_p < -400_000
    assert peak < 50e6


def test_fisher_replaces_z_below_five_expected_as_scipy():
    expected = stats.fisher_exact([[7, 2], [40, 160]])
    result = two_proportions_test(ProportionSample(9, 7), ProportionSample(200, 40))
    assert result.test_name == "fisher_exact"
    assert result.p_value == close(expected.pvalue)


def test_ratios_as_statsmodels_table():
    table = Table2x2(np.array([[45, 265], [130, 410]]))
    a, b = ProportionSample(310, 45), ProportionSample(540, 130)
    assert odds_ratio(a, b) == (close(table.oddsratio), *map(close, table.oddsratio_confint()))
    assert risk_ratio(a, b) == (close(table.riskratio), *map(close, table.riskratio_confint()))


def test_tost_of_proportions_by_hand_at_a_zero_difference():
    """With equal shares the score variance is symmetric in the margin: both one-sided p are equal."""
    result = tost_proportions(ProportionSample(1000, 500), ProportionSample(1000, 500), margin=0.05)
    unpooled = math.sqrt(2 * 0.25 / 1000)
    assert result.p_value == pytest.approx(stats.norm.sf(0.05 / unpooled), rel=0.05)
    outside = tost_proportions(ProportionSample(1000, 600), ProportionSample(1000, 500), margin=0.05)
    assert outside.p_value > 0.95


def test_welch_anova_as_statsmodels_on_rows():
    draw = np.random.default_rng(3)
    groups = [draw.normal(mean, sd, n) for mean, sd, n in ((40, 9, 80), (42, 12, 150), (41, 5, 33))]
    expected = anova_oneway(groups, use_var="unequal", welch_correction=True)
    result = welch_anova([mean_sample(rows) for rows in groups])
    assert (result.statistic, result.p_value) == (close(expected.statistic), close(expected.pvalue))
    f, n = expected.statistic, 263
    assert result.effect_size == close(max(0, 2 * (f - 1) / (2 * (f - 1) + n)))


def test_welch_anova_of_two_groups_is_welch_t_squared(ages):
    t = welch_t_test(*(mean_sample(rows) for rows in ages))
    f = welch_anova([mean_sample(rows) for rows in ages])
    assert (f.statistic, f.p_value) == (close(t.statistic**2), close(t.p_value))


def test_kruskal_wallis_as_scipy_on_rows():
    draw = np.random.default_rng(4)
    groups = {str(i): draw.integers(18 + i, 60, 70 + 40 * i).astype(float) for i in range(4)}
    expected = stats.kruskal(*groups.values())
    rows = group_rank_rows(groups)
    ranks = GroupRanks(
        tuple(row["client_count"] for row in rows),
        tuple(row["rank_sum"] for row in rows),
        rows[0]["tie_term"],
    )
    result = kruskal_wallis_test(ranks)
    assert (result.statistic, result.p_value) == (close(expected.statistic), close(expected.pvalue))
    n = sum(len(values) for values in groups.values())
    assert result.effect_size == close(expected.statistic / (n - 1))


@pytest.mark.parametrize("counts", [((30, 70, 12), (20, 80, 9), (50, 50, 14)), ((30, 70), (20, 80))])
def test_chi_square_and_cramers_v_as_scipy(counts):
    expected = stats.chi2_contingency(counts, correction=False)
    result = chi_square_test(ContingencyTable(counts))
    assert (result.statistic, result.p_value) == (close(expected.statistic), close(expected.pvalue))
    assert result.effect_size == close(association(np.array(counts), method="cramer"))
    likelihood = stats.chi2_contingency(counts, correction=False, lambda_="log-likelihood")
    assert g_test(ContingencyTable(counts)).p_value == close(likelihood.pvalue)


def test_empty_rows_and_columns_change_nothing():
    plain = chi_square_test(ContingencyTable(((30, 70), (20, 80))))
    padded = chi_square_test(ContingencyTable(((30, 0, 70), (0, 0, 0), (20, 0, 80))))
    assert plain == padded


@pytest.mark.parametrize(("statistic", "df"), [(30.0, 3), (900.0, 1), (50_000.0, 6)])
def test_noncentral_chi2_limits_give_back_their_tails(statistic, df):
    low, high = noncentral_chi2_interval(statistic, df=df, alpha=0.05)
    assert stats.ncx2.sf(statistic, df, low) == pytest.approx(0.025, rel=1e-6)
    assert stats.ncx2.cdf(statistic, df, high) == pytest.approx(0.025, rel=1e-6)


def test_noncentral_f_limits_give_back_their_tails():
    low, high = noncentral_f_interval(20.0, df_between=3, df_within=800, alpha=0.05)
    assert stats.ncf.sf(20.0, 3, 800, low) == pytest.approx(0.025, rel=5e-3)
    assert stats.ncf.cdf(20.0, 3, 800, high) == pytest.approx(0.025, rel=5e-3)


def test_noncentral_f_large_sample_form_meets_the_inverted_one():
    inverted = noncentral_f_interval(2_700.0, df_between=3, df_within=90_000, alpha=0.05)
    middle = 3 * 2_699.0
    spread = stats.norm.ppf(0.975) * math.sqrt(4 / middle + 2 / 90_000)
    assert inverted == pytest.approx((middle * math.exp(-spread), middle * math.exp(spread)), rel=2e-3)


def test_noncentral_f_large_sample_limits_give_back_their_tails():
    low, high = noncentral_f_interval(2_980.0, df_between=3, df_within=90_000, alpha=0.05)
    assert high > 9_000
    assert stats.ncf.sf(2_980.0, 3, 90_000, low) == pytest.approx(0.025, rel=0.05)
    assert stats.ncf.cdf(2_980.0, 3, 90_000, high) == pytest.approx(0.025, rel=0.05)


def test_mantel_haenszel_and_breslow_day_as_statsmodels():
    tables = [np.array([[30, 70], [40, 60]]), np.array([[5, 95], [10, 90]]), np.array([[12, 30], [7, 44]])]
    expected = StratifiedTable(tables)
    sample = StratifiedSample(
        tuple(
            Stratum(
                str(i),
                ProportionSample(int(t[0].sum()), int(t[0, 0])),
                ProportionSample(int(t[1].sum()), int(t[1, 0])),
            )
            for i, t in enumerate(tables)
        )
    )
    result, homogeneity = mantel_haenszel_test(sample), breslow_day_test(sample)
    assert result.effect_size == close(expected.oddsratio_pooled)
    assert (result.effect_ci_low, result.effect_ci_high) == tuple(
        map(close, expected.oddsratio_pooled_confint())
    )
    assert result.p_value == close(expected.test_null_odds().pvalue)
    assert homogeneity.p_value == close(expected.test_equal_odds().pvalue)


def test_information_value_from_its_formula():
    yes, no = np.array([80.5, 20.5]) / 101, np.array([20.5, 80.5]) / 101
    expected = ((yes - no) * np.log(yes / no)).sum()
    assert information_value(ContingencyTable(((80, 20), (20, 80)))) == close(expected)


def test_holm_and_benjamini_hochberg_by_hand():
    p_values = [0.01, 0.04, math.nan, 0.03, 0.005]
    assert adjust_p_values(p_values, correction="holm").tolist() == pytest.approx(
        [0.03, 0.06, math.nan, 0.06, 0.02], nan_ok=True
    )
    assert adjust_p_values(p_values, correction="benjamini_hochberg").tolist() == pytest.approx(
        [0.02, 0.04, math.nan, 0.04, 0.02], nan_ok=True
    )


@pytest.mark.parametrize(
    ("distribution", "x", "expected"),
    [
        (stats.t(5000), 20.0, math.log10(stats.t(5000).sf(20.0))),
        (stats.chi2(3), 600.0, math.log10(stats.chi2(3).sf(600.0))),
        # Closed forms where doubles underflow: chi2(2) is exp(-x/2), chi2(4) is exp(-x/2)(1 + x/2),
        # F(2, d) is (1 + 2x/d)^(-d/2).
        (stats.chi2(2), 5_000.0, -2_500 / math.log(10)),
        (stats.chi2(4), 5_000.0, (-2_500 + math.log(2_501)) / math.log(10)),
        (stats.f(2, 8_000), 600.0, -4_000 * math.log10(1 + 1_200 / 8_000)),
        (stats.f(2, 8_000), 6_000.0, -4_000 * math.log10(1 + 12_000 / 8_000)),
        # Half the incomplete beta function at z = 30 / (30 + x²), whose leading term is z¹⁵ / (15 B(15, ½)).
        (stats.t(30), 1e12, math.log10(0.5 / (15 * special.beta(15, 0.5))) + 15 * math.log10(30 / 1e24)),
    ],
)
def test_log10_of_tails_beyond_the_smallest_double(distribution, x, expected):
    assert log10_survival(distribution, x) == pytest.approx(expected, rel=0, abs=1e-6)


def test_log10_p_orders_results_whose_p_value_is_zero():
    strong = two_proportions_test(ProportionSample(90_000, 80_000), ProportionSample(90_000, 10_000))
    stronger = two_proportions_test(ProportionSample(900_000, 800_000), ProportionSample(900_000, 100_000))
    assert strong.p_value == stronger.p_value == 0
    assert stronger.log10_p < strong.log10_p < -300


def test_log10_of_fishers_p_where_scipys_underflows():
    """All 1 000 of a and none of b: the p-value is 1 / C(201 000, 1 000)."""
    result = fisher_exact_test(ProportionSample(1000, 1000), ProportionSample(200_000, 0))
    expected = -(math.lgamma(201_001) - math.lgamma(1001) - math.lgamma(200_001)) / math.log(10)
    assert result.log10_p == pytest.approx(expected, rel=1e-9)


def test_smallest_detectable_effects_have_eighty_per_cent_power():
    d = smallest_detectable_effect("hedges_g", n_a=400, n_b=900)
    shift, df = d * math.sqrt(400 * 900 / 1300), 1298
    cut = stats.t.isf(0.025, df)
    assert stats.nct.sf(cut, df, shift) + stats.nct.cdf(-cut, df, shift) == pytest.approx(0.8, abs=1e-6)
    v = smallest_detectable_association("cramers_v", n=5000, group_count=4)
    assert stats.ncx2.sf(stats.chi2.isf(0.05, 3), 3, 5000 * v**2) == pytest.approx(0.8, abs=1e-4)
    delta = smallest_detectable_effect("cliffs_delta", n_a=500, n_b=500)
    assert delta == close(
        2 * (stats.norm.isf(0.025) + stats.norm.ppf(0.8)) * math.sqrt(1000 / (12 * 250_000))
    )
