"""hypothesis_results against the same tests run by scipy and statsmodels on raw client rows."""

from __future__ import annotations

import csv
import io
import math
import os
import shutil
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from bank_churn.cli import PROGRAM, main
from bank_churn.running.dbt_command import WITHOUT_TESTS
from bank_churn.statistics.judgement.database import SUFFICIENT_STATISTICS
from conftest import ROOT, Build, copy_project, csv_rows, run_build
from scipy import stats
from scipy.stats.contingency import association
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.nonparametric import rank_compare_2indep
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_effectsize, proportions_ztest
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

HYPOTHESES = [f"H{number:02d}" for number in range(1, 21)]
REGISTRY = ROOT / "seeds/hypotheses.csv"


def registry() -> dict[str, dict[str, str]]:
    return {row["hypothesis_id"]: row for row in csv_rows(REGISTRY)}


def raw_groups(clients: pd.DataFrame, row: dict[str, str]) -> dict[str, np.ndarray]:
    """The metric's raw values by group: `a` and `b`, or one entry for each of many groups."""
    known = clients[clients[row["group_attribute"]].notna()]
    groups = known[row["group_attribute"]].map(
        lambda value: str(value).lower() if value in (True, False) else str(value)
    )
    metric = known[row["metric"]].astype("float64")
    in_a = row["group_a"].split("|")
    if not row["group_b"]:
        names = sorted(groups.unique()) if in_a == ["all"] else in_a
        return {name: metric[groups == name].dropna().to_numpy() for name in names}
    side_a = groups.isin(in_a)
    side_b = ~side_a if row["group_b"] == "rest" else groups.isin(row["group_b"].split("|"))
    return {"a": metric[side_a].dropna().to_numpy(), "b": metric[side_b].dropna().to_numpy()}


def hedges_g(a: np.ndarray, b: np.ndarray) -> float:
    """Hedges (1981) with the usual approximation of the correction factor."""
    pooled = math.sqrt(((len(a) - 1) * a.var(ddof=1) + (len(b) - 1) * b.var(ddof=1)) / (len(a) + len(b) - 2))
    return (a.mean() - b.mean()) / pooled * (1 - 3 / (4 * (len(a) + len(b)) - 9))


def welch(a: np.ndarray, b: np.ndarray) -> dict[str, float]:
    test = stats.ttest_ind(a, b, equal_var=False)
    low, high = test.confidence_interval(0.95)
    mann_whitney = stats.mannwhitneyu(a, b, method="asymptotic")
    return {
        "estimate_a": a.mean(),
        "estimate_b": b.mean(),
        "difference": a.mean() - b.mean(),
        "ci_low": low,
        "ci_high": high,
        "statistic": test.statistic,
        "p_value": test.pvalue,
        "effect_size": hedges_g(a, b),
        "companion_statistic": mann_whitney.statistic,
        "companion_p_value": mann_whitney.pvalue,
        "companion_effect_size": 2 * mann_whitney.statistic / (len(a) * len(b)) - 1,
    }


def mann_whitney(a: np.ndarray, b: np.ndarray) -> dict[str, float]:
    test = stats.mannwhitneyu(a, b, method="asymptotic")
    low, high = rank_compare_2indep(a, b).conf_int(alpha=0.05)
    return {
        "statistic": test.statistic,
        "p_value": test.pvalue,
        "effect_size": 2 * test.statistic / (len(a) * len(b)) - 1,
        "effect_ci_low": 2 * low - 1,
        "effect_ci_high": 2 * high - 1,
        "companion_p_value": stats.ttest_ind(a, b, equal_var=False).pvalue,
    }


def two_proportions(a: np.ndarray, b: np.ndarray) -> dict[str, float]:
    counts, sizes = [int(a.sum()), int(b.sum())], [len(a), len(b)]
    statistic, p_value = proportions_ztest(counts, sizes)
    low, high = confint_proportions_2indep(counts[0], sizes[0], counts[1], sizes[1], method="newcomb")
    return {
        "estimate_a": a.mean(),
        "estimate_b": b.mean(),
        "difference": a.mean() - b.mean(),
        "ci_low": low,
        "ci_high": high,
        "statistic": statistic,
        "p_value": p_value,
        "effect_size": proportion_effectsize(a.mean(), b.mean()),
    }


def chi_square(*groups: np.ndarray) -> dict[str, float]:
    table = np.array([[(group == 1).sum(), (group == 0).sum()] for group in groups])
    test = stats.chi2_contingency(table, correction=False)
    return {
        "statistic": test.statistic,
        "p_value": test.pvalue,
        "effect_size": association(table, method="cramer", correction=False),
    }


def kruskal_wallis(*groups: np.ndarray) -> dict[str, float]:
    test = stats.kruskal(*groups)
    total = sum(len(group) for group in groups)
    return {"statistic": test.statistic, "p_value": test.pvalue, "effect_size": test.statistic / (total - 1)}


REFERENCES = {
    "welch_t": welch,
    "mann_whitney": mann_whitney,
    "two_proportions": two_proportions,
    "chi_square": chi_square,
    "kruskal_wallis": kruskal_wallis,
}


def equivalence(a: np.ndarray, b: np.ndarray, margin: float) -> dict[str, float]:
    p_value, *_ = CompareMeans(DescrStatsW(a), DescrStatsW(b)).ttost_ind(-margin, margin, usevar="unequal")
    return {"equivalence_margin": margin, "equivalence_p_value": p_value}


def stratified(clients: pd.DataFrame, row: dict[str, str]) -> dict[str, float]:
    """Mantel-Haenszel by statsmodels, over the strata that can tell: both groups there, some churned.

    The test of no effect is without continuity correction, Breslow-Day's without Tarone's adjustment. Their
    p-values are scipy's tails of its statistics: its own, one minus the distribution, are 0 below 1e-16.
    """
    tables = []
    for _, stratum in clients.groupby(row["stratify_by"]):
        a, b = raw_groups(stratum, row).values()
        if len(a) and len(b) and 0 < a.sum() + b.sum() < len(a) + len(b):
            tables.append([[a.sum(), len(a) - a.sum()], [b.sum(), len(b) - b.sum()]])
    table = StratifiedTable(np.array(tables, dtype=float).transpose(1, 2, 0))
    low, high = table.oddsratio_pooled_confint(0.05)
    return {
        "stratified_odds_ratio": table.oddsratio_pooled,
        "stratified_ci_low": low,
        "stratified_ci_high": high,
        "stratified_stratum_count": len(tables),
        "stratified_p_value": stats.chi2.sf(table.test_null_odds(correction=False).statistic, 1),
        "stratified_homogeneity_p_value": stats.chi2.sf(
            table.test_equal_odds(adjust=False).statistic, len(tables) - 1
        ),
    }


def extremes(groups: dict[str, np.ndarray], *, small_group_size: int) -> dict[str, object]:
    """The highest and the lowest group among those that are not small."""
    means = {name: group.mean() for name, group in groups.items() if len(group) >= small_group_size}
    highest, lowest = max(means, key=means.__getitem__), min(means, key=means.__getitem__)
    return {
        "highest_group": highest,
        "highest_estimate": means[highest],
        "lowest_group": lowest,
        "lowest_estimate": means[lowest],
    }


def effect_interval(test: str, a: np.ndarray, b: np.ndarray) -> dict[str, float]:
    """Large-sample intervals: Hedges & Olkin (1985) for g, Cohen's arcsine transform for h."""
    z, n = stats.norm.ppf(0.975), len(a) + len(b)
    if test == "welch_t":
        effect = hedges_g(a, b)
        error = math.sqrt(n / (len(a) * len(b)) + effect**2 / (2 * n))
    else:
        effect = proportion_effectsize(a.mean(), b.mean())
        error = math.sqrt(1 / len(a) + 1 / len(b))
    return {"effect_ci_low": effect - z * error, "effect_ci_high": effect + z * error}


def expected_figures(
    clients: pd.DataFrame, row: dict[str, str], *, small_group_size: int = 30
) -> dict[str, object]:
    named = raw_groups(clients, row)
    groups = list(named.values())
    figures = REFERENCES[row["primary_test"]](*groups)
    if not row["group_b"]:
        figures |= extremes(named, small_group_size=small_group_size)
    if row["primary_test"] in ("welch_t", "two_proportions"):
        figures |= effect_interval(row["primary_test"], *groups)
    if row["equivalence_margin"]:
        figures |= equivalence(*groups, margin=float(row["equivalence_margin"]))
    if row["stratify_by"]:
        figures |= stratified(clients, row)
    return figures


CAN_BE_MISSING = ("stratified_homogeneity_p_value",)  # one stratum cannot disagree with another


def filtered(clients: pd.DataFrame, condition: str) -> pd.DataFrame:
    if not condition:
        return clients
    attribute, value = condition.split("=")
    return clients[clients[attribute].astype("str").str.lower() == value.lower()]


def check_against_rows(build: Build, row: dict[str, str], *, small_group_size: int = 30) -> None:
    with duckdb.connect(str(build.folder / "build/bank_churn.duckdb"), read_only=True) as connection:
        clients = connection.execute("select *, not has_balance as balance_missing from clients").df()
        results = connection.execute(
            "select * from hypothesis_results where hypothesis_id = ?", [row["hypothesis_id"]]
        ).df()
    clients = filtered(clients, row["filter"])
    assert sorted(results["portfolio"]) == ["bank_scrooge", "metanprom"]
    for result in results.to_dict("records"):
        own = clients[clients["portfolio"] == result["portfolio"]]
        groups = raw_groups(own, row)
        sizes = [len(group) for group in groups.values()]
        assert result["n_total"] == sum(sizes)
        if row["group_b"]:
            assert [result["n_a"], result["n_b"]] == sizes
        for name, expected in expected_figures(own, row, small_group_size=small_group_size).items():
            if not isinstance(expected, str):
                expected = pytest.approx(expected, rel=1e-9, abs=1e-300, nan_ok=name in CAN_BE_MISSING)
            assert result[name] == expected, (result["portfolio"], name)


@pytest.mark.parametrize("hypothesis_id", HYPOTHESES)
def test_demo_results_equal_raw_rows(demo_build: Build, hypothesis_id: str):
    check_against_rows(demo_build, registry()[hypothesis_id])


@pytest.mark.parametrize("hypothesis_id", HYPOTHESES)
def test_real_results_equal_raw_rows(real_build: Build, hypothesis_id: str):
    check_against_rows(real_build, registry()[hypothesis_id])


@pytest.mark.parametrize("portfolio", ["bank_scrooge", "metanprom"])
def test_adjusted_p_values_are_holms(demo_build: Build, portfolio: str):
    rows = demo_build.query(
        f"select p_value, p_value_adjusted from hypothesis_results where portfolio = '{portfolio}'"
    )
    assert len(rows) == 20
    raw, adjusted = zip(*rows, strict=True)
    assert adjusted == pytest.approx(multipletests(raw, method="holm")[1], rel=1e-9)


# Verdicts on the whole files of the studies; the extracts hold four fifths of the rows. Where an effect far
# below its floor is at the edge of significance, fewer rows may not show it: both codes mean "no action".
VERDICTS = {
    "bank_scrooge": dict.fromkeys(HYPOTHESES, "differs")
    | {"H01": "equivalent", "H03": "equivalent"}
    | dict.fromkeys(["H05", "H07", "H12"], "not_shown")
    | dict.fromkeys(["H06", "H15"], "negligible")
    | {"H19": "unclear"}
    | {"H08": "not_shown|negligible"},
    "metanprom": dict.fromkeys(HYPOTHESES, "differs")
    | dict.fromkeys(["H01", "H03", "H09"], "unclear")
    | dict.fromkeys(["H02", "H05", "H13", "H17", "H18", "H20"], "not_shown")
    | {"H16": "not_shown|negligible"},
}


@pytest.mark.parametrize("portfolio", VERDICTS)
def test_real_verdicts(real_build: Build, portfolio: str):
    found = dict(
        real_build.query(
            f"select hypothesis_id, verdict from hypothesis_results where portfolio = '{portfolio}'"
        )
    )
    assert {
        key: verdict for key, verdict in found.items() if verdict not in VERDICTS[portfolio][key].split("|")
    } == {}


def test_a_reversal_inside_strata_is_announced_and_noise_is_not(real_build: Build):
    rows = real_build.query(
        """select portfolio, hypothesis_id, simpson_warning, direction_reverses from hypothesis_results
        where stratified_attribute is not null order by all"""
    )
    assert rows == [
        ("bank_scrooge", "H07", False, False),
        ("bank_scrooge", "H13", False, True),
        ("bank_scrooge", "H14", False, False),
        ("metanprom", "H07", False, False),
        ("metanprom", "H13", False, False),
        ("metanprom", "H14", False, True),
    ]


def test_dropping_missing_balances_creates_an_income_effect(real_build: Build):
    [row] = real_build.query(
        """select verdict_keep_all, verdict_drop_missing_balance, verdict_changes,
        p_value_adjusted_keep_all > 0.5, p_value_adjusted_drop_missing_balance < 1e-10
        from hypothesis_sensitivity where portfolio = 'bank_scrooge' and hypothesis_id = 'H05'"""
    )
    assert row == ("not_shown", "differs", True, True, True)


@dataclass(frozen=True)
class Ran:
    """What a command ended with and said."""

    returncode: int
    stdout: str
    stderr: str


def run_command(*arguments: str) -> Ran:
    """Run the command line in this process, which has loaded scipy."""
    out, error = io.StringIO(), io.StringIO()
    with (
        pytest.MonkeyPatch.context() as patch,
        chdir(ROOT),
        redirect_stdout(out),
        redirect_stderr(error),
    ):
        patch.setattr(sys, "argv", [PROGRAM, *arguments])
        patch.setattr("bank_churn.cli.STOPPING", ())  # the tests keep their own way to stop
        code = main()
    return Ran(code, out.getvalue(), error.getvalue())


def test_client_rows_are_not_needed(demo_build: Build, tmp_path: Path):
    """The command gives the same table from a database without `clients`, and from the published file."""
    stripped = tmp_path / "bank_churn.duckdb"  # views in it carry the file's name
    shutil.copy(demo_build.folder / "build/bank_churn.duckdb", stripped)
    with duckdb.connect(str(stripped)) as connection:
        views = connection.execute("select view_name from duckdb_views() where not internal").fetchall()
        for (view,) in views:
            if view not in SUFFICIENT_STATISTICS:
                connection.execute(f'drop view "{view}"')
        connection.execute("drop table clients_v1")
        connection.execute("drop table rejected_clients_v1")
    whole = run_command("test-hypotheses", "--database", str(demo_build.folder / "build/bank_churn.duckdb"))
    assert whole.returncode == 0, whole.stderr
    assert whole.stdout.count("H20") == 4  # two portfolios, two scenarios
    published = demo_build.published / "bank_churn_clients.duckdb"
    for database in (stripped, published):
        assert run_command("test-hypotheses", "--database", str(database)).stdout == whole.stdout


def test_a_database_without_statistics_is_a_sentence(demo_build: Build):
    done = run_command("test-hypotheses", "--database", str(demo_build.published / "bank_churn.duckdb"))
    assert done.returncode == 1
    assert "has no sufficient statistics" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_of_an_older_version_is_a_sentence(demo_build: Build, tmp_path: Path):
    database = tmp_path / "older.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            f"attach '{demo_build.published / 'bank_churn_clients.duckdb'}' as whole (read_only)"
        )
        for name in SUFFICIENT_STATISTICS:
            left_out = "exclude (role_names)" if name == "client_attributes" else ""
            connection.execute(f"create table {name} as select * {left_out} from whole.{name} limit 9")
    done = run_command("test-hypotheses", "--database", str(database))
    assert done.returncode == 1
    assert "built by an older version" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture(scope="module")
def project_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's files elsewhere, to change its seeds."""
    return copy_project(tmp_path_factory.mktemp("project"))


def add_rows(project: Path, *changes: dict[str, str]) -> dict[str, dict[str, str]]:
    """Write the registry with changed copies of H09 at its end, H21 and on; return these."""
    lines = registry()
    added = {
        f"H{number}": lines["H09"] | {"hypothesis_id": f"H{number}"} | change
        for number, change in enumerate(changes, 21)
    }
    with (project / "seeds/hypotheses.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(lines["H09"]))
        writer.writeheader()
        writer.writerows([*lines.values(), *added.values()])
    return added


@pytest.mark.slow
def test_one_csv_row_adds_a_hypothesis(project_copy: Path, tmp_path: Path):
    statement = "Отличается ли доход женщин и мужчин?"
    changes = {"metric": "estimated_salary", "kind": "mean", "primary_test": "welch_t"}
    add_rows(project_copy, {"statement_ru": statement, **changes})
    demo = ROOT / "data/raw/demo/metanprom_demo.csv"
    build = run_build(tmp_path, metanprom=str(demo), arguments=("--quiet",), root=project_copy)
    assert build.code == 0, build.stdout + build.stderr
    [row] = build.query_published(
        """select statement_ru, test_name, verdict, n_a + n_b = n_total
        from hypothesis_results where hypothesis_id = 'H21'"""
    )
    assert row == (statement, "welch_t", "not_shown", True)
    command = [
        sys.executable,
        "-m",
        "bank_churn.cli",
        "docs",
        "--database",
        str(tmp_path / "build/bank_churn.duckdb"),
    ]
    command += ["--target-path", str(tmp_path / "target"), "--output", str(tmp_path / "published")]
    environment = {**os.environ, "METANPROM_CLIENTS": str(demo), "BANK_SCROOGE_CLIENTS": ""}
    subprocess.run(command, cwd=project_copy, env=environment, check=True, capture_output=True)
    assert f"| H21 | {statement} |" in (tmp_path / "published/docs_ru.html").read_text(encoding="utf-8")


SMALL_GROUP_SIZE = 400  # of the build with filtered hypotheses, to see that the setting counts
FILTERED = {
    "counted_mean": {
        "metric": "age",
        "group_attribute": "is_churned",
        "group_a": "true",
        "group_b": "false",
        "filter": "has_credit_card=true",
        "kind": "mean",
        "primary_test": "welch_t",
        "equivalence_margin": "2",
    },
    "the_same_of_the_others": {
        "metric": "age",
        "group_attribute": "is_churned",
        "group_a": "true",
        "group_b": "false",
        "filter": "has_credit_card=false",
        "kind": "mean",
        "primary_test": "welch_t",
    },
    "continuous_ranks": {
        "metric": "balance",
        "group_attribute": "is_churned",
        "group_a": "true",
        "group_b": "false",
        "filter": "city=Ростов Великий",
        "kind": "distribution",
        "primary_test": "mann_whitney",
    },
    "many_ranks": {
        "metric": "age",
        "group_attribute": "product_count",
        "group_a": "1|2|3",
        "group_b": "",
        "filter": "gender=female",
        "kind": "distribution",
        "primary_test": "kruskal_wallis",
    },
    "proportion": {"group_b": "rest", "filter": "product_count=2"},
    "association": {
        "group_attribute": "city",
        "group_a": "all",
        "group_b": "",
        "filter": "is_active=true",
        "kind": "association",
        "primary_test": "chi_square",
    },
}


@pytest.fixture(scope="module")
def filtered_build(
    project_copy: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Build, dict[str, dict[str, str]]]:
    """Demo data with hypotheses about some of the clients only, and the rows added to the registry.

    Small groups are those below SMALL_GROUP_SIZE.
    """
    added = add_rows(project_copy, *FILTERED.values())
    demo = ROOT / "data/raw/demo"
    build = run_build(
        tmp_path_factory.mktemp("filtered"),
        metanprom=str(demo / "metanprom_demo.csv"),
        bank_scrooge=str(demo / "bank_scrooge_demo.csv"),
        arguments=("--quiet", "--vars", f"{{small_group_size: {SMALL_GROUP_SIZE}}}"),
        root=project_copy,
    )
    assert build.code == 0, build.stdout + build.stderr
    return build, dict(zip(FILTERED, added.values(), strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("name", FILTERED)
def test_a_filtered_hypothesis_equals_the_filtered_raw_rows(filtered_build, name: str):
    build, added = filtered_build
    check_against_rows(build, added[name], small_group_size=SMALL_GROUP_SIZE)


@pytest.mark.slow
def test_filters_leave_the_other_hypotheses_as_they_are(filtered_build, demo_build: Build):
    query = """select n_total, statistic, p_value, coalesce(companion_p_value, 0), effect_size
        from hypothesis_results where hypothesis_id <= 'H20' order by portfolio, hypothesis_id"""
    found, expected = (np.array(build.query(query)) for build in (filtered_build[0], demo_build))
    assert found == pytest.approx(expected, rel=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("mart", ["hypothesis_results", "attribute_screen"])
def test_the_setting_says_which_groups_are_small(filtered_build, mart: str):
    query = f"select is_small_group, min(least(n_a, n_b)), max(least(n_a, n_b)) from {mart} {{}} group by 1"
    (_, _, largest_small), (_, smallest_other, _) = sorted(
        filtered_build[0].query(query.format("where n_b is not null")), reverse=True
    )
    assert 30 < largest_small < SMALL_GROUP_SIZE <= smallest_other


@pytest.mark.slow
def test_a_filtered_conclusion_says_among_whom(filtered_build):
    rows = filtered_build[0].query(
        "select distinct filter, split_part(conclusion_ru, '.', 1), split_part(conclusion_en, '.', 1) "
        "from hypothesis_results where hypothesis_id in ('H09', 'H21') order by hypothesis_id"
    )
    assert rows[-1] == (
        "has_credit_card=true",
        "Сравнение только среди клиентов группы «с кредитной картой»",
        "Compared only among clients in the group “with a credit card”",
    )
    assert {(row[0], "только среди" in row[1], "only among" in row[2]) for row in rows[:-1]} == {
        (None, False, False)
    }


@pytest.mark.slow
def test_a_broken_csv_row_stops_the_build_with_a_sentence(project_copy: Path, tmp_path: Path):
    add_rows(project_copy, {"metric": "shoe_size"})
    demo = ROOT / "data/raw/demo/metanprom_demo.csv"
    asked = ("--quiet", "--select", "+hypothesis_results", *WITHOUT_TESTS)
    build = run_build(tmp_path, metanprom=str(demo), arguments=asked, root=project_copy)
    assert build.code == 1
    message = build.stderr.strip().splitlines()[-1]
    assert "H21" in message
    assert "shoe_size" in message
    assert "estimated_salary" in message  # what is allowed
    assert "Traceback" not in build.stdout + build.stderr
    assert not list(build.published.glob("*")) if build.published.exists() else True
