"""Published probabilities against what happened: as on rows, and only bad models are to be trained anew."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from bank_churn.scoring.measures import prediction_measures
from conftest import Build
from sklearn.metrics import brier_score_loss, roc_auc_score

MONEY = {"contact_cost": 300.0, "kept_share": 0.1, "kept_share_error": 0.04}
CLIENTS, MONTHS = 1_000, 200
NORMAL = 1.959963984540054


def rows_of(build: Build) -> pd.DataFrame:
    """Clients of the forecast that came due, by the extracts themselves: what was said and who left."""
    with duckdb.connect(str(build.folder / "build/bank_churn.duckdb"), read_only=True) as connection:
        frame: pd.DataFrame = connection.execute(
            """
            with dates as (
                select max(snapshot_date) as later, min(snapshot_date) as earlier from int_score_history
            )
            select
                scores.*, now.gender, coalesce(not was.is_churned, true) as was_client,
                (later.client_id is null or later.is_churned)::integer as has_left
            from int_score_history as scores
            inner join dates on scores.snapshot_date = dates.earlier
            inner join int_client_history as was
                on scores.client_key = was.client_key and was.snapshot_date = dates.earlier
            inner join int_client_history as now
                on scores.client_key = now.client_key and now.snapshot_date = dates.earlier
            left join int_client_history as later
                on was.client_id = later.client_id and later.snapshot_date = dates.later
            """
        ).df()
    return frame[frame["was_client"]]


def check_figures(figures: pd.Series, said: pd.Series, left: pd.Series, *, with_line: bool = True) -> None:
    assert figures["client_count"] == len(left)
    assert figures["left_count"] == left.sum()
    assert figures["expected_count"] == pytest.approx(said.sum(), abs=1e-5)
    assert figures["expected_error"] == pytest.approx(np.sqrt((said * (1 - said)).sum()), abs=1e-5)
    assert figures["brier"] == pytest.approx(brier_score_loss(left, said), abs=1e-8)
    assert figures["roc_auc"] == pytest.approx(roc_auc_score(left, said), abs=1e-11)
    counts = pd.DataFrame(
        {"predicted_probability": said, "client_count": 1, "churned_count": left, "annual_value_e2": 0}
    )
    counts = counts.groupby("predicted_probability", as_index=False).sum()
    keys = {"portfolio": "bank", "evaluation": "out_of_fold", "model_variant": "ebm"}
    same = prediction_measures(counts.assign(**keys), MONEY).iloc[0]
    if min(left.sum(), len(left) - left.sum()) > 1:
        half = NORMAL * figures["roc_auc_error"]
        assert max(figures["roc_auc"] - half, 0) == pytest.approx(same["roc_auc_low"], abs=1e-6)
    if with_line:
        log_odds = np.log(said / (1 - said))
        fit = sm.GLM(left, sm.add_constant(log_odds), family=sm.families.Binomial()).fit(tol=1e-14)
        line = ["calibration_intercept", "calibration_slope"]
        assert list(figures[line]) == pytest.approx(list(fit.params), abs=1e-6)
        errors = ["calibration_intercept_error", "calibration_slope_error"]
        assert list(figures[errors]) == pytest.approx(list(fit.bse), abs=1e-6)


def test_figures_are_those_of_the_rows(months_build: Build) -> None:
    """By scikit-learn and statsmodels on single clients, for everybody, each band and each gender."""
    rows = rows_of(months_build)
    with duckdb.connect(str(months_build.folder / "build/bank_churn.duckdb"), read_only=True) as connection:
        figures: pd.DataFrame = connection.execute("select * from int_forecast_figures").df()
    keys = ["model_variant", "attribute", "attribute_value"]
    found = {tuple(figure[keys]): figure for _, figure in figures.iterrows()}
    assert len(found) == len(figures), "one forecast has come due"
    assert 30 < rows["has_left"].sum() < 120
    check_figures(found["ebm", "all", "all"], rows["churn_probability"], rows["has_left"])
    known = rows[rows["baseline_probability"].notna()]
    assert len(known) == len(rows), "the sample is everybody"
    check_figures(
        found["logistic_regression", "all", "all"], known["baseline_probability"], known["has_left"]
    )
    checked = 0
    for attribute in ("risk_band", "gender"):
        for value, own in rows.groupby(attribute):
            if own["has_left"].nunique() == 2:
                figure = found["ebm", attribute, value]
                check_figures(figure, own["churn_probability"], own["has_left"], with_line=False)
                checked += 1
    assert checked >= 3
    groups = figures[figures["model_variant"] == "ebm"].groupby("attribute")[["client_count", "left_count"]]
    assert groups.sum().drop_duplicates().shape == (1, 2), "each attribute holds everybody once"


def test_the_forecast_is_published_with_its_advice(months_build: Build) -> None:
    ((variants, definition, promise, reading),) = months_build.query_published(
        "select count(*), min(churn_definition), bool_or(is_promise), max(reading_en)"
        " from forecast_quality where is_latest"
    )
    assert (variants, definition, promise) == (2, "leaves_within", True)
    assert "expected to leave" in reading
    ((promised, kept),) = months_build.query_published(
        "select any_value(forecast.promised_roc_auc), count(*) from forecast_quality as forecast"
        " where model_variant = 'ebm'"
    )
    assert promised is not None
    assert kept == 1
    ((said, happened),) = months_build.query_published(
        """
        select any_value(forecast.left_count), any_value(flow.leaver_count)
        from forecast_quality as forecast inner join client_flow as flow
            on forecast.outcome_date = flow.period_end and flow.attribute = 'all'
        where forecast.model_variant = 'ebm'
        """
    )
    assert said == happened, "by the next snapshot those leave who leave in the flow"


def compiled(build: Build, name: str) -> str:
    """The SQL of a model; rows that its unit test is given are compiled under the same name."""
    paths = (build.folder / "target/compiled").rglob(f"{name}.sql")
    (path,) = (path for path in paths if not path.parent.name.endswith(".yml"))
    return path.read_text(encoding="utf-8")


def advice(
    build: Build, said: np.ndarray, left: np.ndarray, *, promised: float, definition: str = "leaves_within"
) -> list[tuple[str, str]]:
    """Let the models judge a forecast a month.

    Args:
        build: Where they are compiled.
        said: Probabilities; shape (months, clients).
        left: Who left.
        promised: The area under the curve that was promised.
        definition: What the probability is one of.

    Returns:
        Advice and reason of each month.
    """
    months, clients = said.shape
    outcomes = pd.DataFrame(
        {
            "month": np.repeat(np.arange(months), clients),
            "churn_probability": said.ravel(),
            "has_left": left.ravel(),
        }
    )
    sql = {name: compiled(build, name) for name in ("int_forecast_figures", "forecast_quality_v1")}
    day = "date '2000-01-01' + cast(30 * month as integer)"
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as bank_churn; use bank_churn")
        connection.register("outcomes", outcomes)
        connection.execute(
            f"""
            create table int_forecast_outcomes as select
                'metanprom' as portfolio, {day} as forecast_date, {day} + 30 as outcome_date, 1 as horizon,
                30 as day_count, now() as settled_at, 'one' as model_version,
                '{definition}' as churn_definition, 30 as horizon_days, churn_probability,
                cast(null as double) as baseline_probability, 'high' as risk_band, 'a' as city,
                'female' as gender, '18-30' as age_band, 'true' as is_active, has_left
            from outcomes;
            create table int_forecast_figures as {sql["int_forecast_figures"]};
            create table int_published_models as select distinct
                'metanprom' as portfolio, {day} as snapshot_date, 'one' as model_version,
                false as is_approved_model, {promised} as promised_roc_auc, 0.01 as promised_error
            from outcomes;
            create table labels as select 'ebm' as name, 'model_variant' as kind,
                'Модель' as label_ru, 'Model' as label_en
            """
        )
        return connection.execute(
            f"select advice, reason from ({sql['forecast_quality_v1']}) order by outcome_date"
        ).fetchall()


def drawn(seed: int, months: int = MONTHS) -> tuple[np.ndarray, np.ndarray, float]:
    """Clients whose probabilities are true, whether they left, and the area under the curve to expect."""
    dice = np.random.default_rng(seed)
    said = 1 / (1 + np.exp(-dice.normal(-2.2, 1.0, (months, CLIENTS))))
    left = dice.random(said.shape) < said
    return said, left, float(roc_auc_score(left.ravel(), said.ravel()))


def test_a_true_forecast_is_rarely_told_to_be_trained_anew(months_build: Build) -> None:
    """200 months: at most one in twenty, though three questions are asked of each."""
    said, left, area = drawn(1)
    given = advice(months_build, said, left, promised=area)
    assert len(given) == MONTHS
    assert sum(advice == "retrain" for advice, _ in given) <= 17  # 97.5 % of the binomial with 5 % of 200
    assert {advice for advice, _ in given} <= {"keep", "retrain"}


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("shuffled", "ranking_fell"),
        ("too_high", "fewer_left"),
        ("too_low", "more_left"),
        ("sharp", "too_extreme"),
    ],
)
def test_a_planted_bad_model_is_told_to_be_trained_anew(months_build: Build, fault: str, reason: str) -> None:
    said, left, area = drawn(2, months=10)
    odds = np.log(said / (1 - said))
    spoilt = {
        "shuffled": np.random.default_rng(3).permuted(odds, axis=1),
        "too_high": odds + 0.8,
        "too_low": odds - 0.8,
        # Twice as extreme, and as many as leave.
        "sharp": 2 * odds + 1.52,
    }[fault]
    given = advice(months_build, 1 / (1 + np.exp(-spoilt)), left, promised=area)
    assert [one for one, _ in given] == ["retrain"] * 10
    assert sum(why == reason for _, why in given) >= 8, given
    if fault in ("too_high", "too_low", "sharp"):  # how many leave was not promised then
        same = advice(
            months_build,
            1 / (1 + np.exp(-spoilt)),
            left,
            promised=area,
            definition="resembles_leavers",
        )
        assert {one for one, _ in same} == {"keep"}


def test_few_leavers_are_no_verdict(months_build: Build) -> None:
    said = np.linspace(0.001, 0.02, CLIENTS)[None, :]
    left = np.zeros_like(said, dtype=bool)
    left[0, :9] = True
    assert advice(months_build, said, left, promised=0.9) == [("wait", "too_few_leavers")]
    left[0, 9] = True
    assert advice(months_build, said, left, promised=0.9) == [("retrain", "ranking_fell")]


def test_no_month_no_forecast(demo_build: Build) -> None:
    """With one extract nothing of it is there."""
    assert demo_build.query("from duckdb_tables() where table_name like '%forecast%'") == []
    compiled = (demo_build.folder / "target/compiled").rglob("*forecast*")
    assert demo_build.query("select count(*) from client_attributes where kind = 'change'") == [(0,)]
    assert [path for path in compiled if ".yml" not in str(path)] == []  # those are examples of unit tests
