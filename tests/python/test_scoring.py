"""The churn model: scores in SQL against interpret's own, honest quality, deployed models, odd extracts."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from bank_churn.errors import BankChurnError
from bank_churn.scoring import fitting
from bank_churn.scoring.certainty import jackknife_variance
from bank_churn.scoring.cross_fitting import joined
from bank_churn.scoring.fitting import fit_fold
from bank_churn.scoring.folder import read_model
from bank_churn.scoring.glass_box import GlassBox, logistic, mean_of
from bank_churn.scoring.profit import Money, expected_maximum_profit
from bank_churn.scoring.sample import TrainingSample, matrix, split_portfolios
from bank_churn.scoring.settings import TrainingSettings
from bank_churn.scoring.triples import MOST_ATTRIBUTES, most_telling
from conftest import ROOT, Build, real_extract, run_build
from extracts import good_row, to_line, write_lines

PORTFOLIOS = ("bank_scrooge", "metanprom")
NUMERIC = ("age", "credit_score", "property_points", "balance", "product_count", "estimated_salary")
ATTRIBUTES = (*NUMERIC, "city", "gender", "has_credit_card", "is_active")
WHOLE = {"age": (14, 120), "credit_score": (0, 1000), "property_points": (0, 100), "product_count": (0, 20)}
"""Attributes that are whole numbers in `clients`, with their accepted ranges."""


def settings_of(build: Build) -> TrainingSettings:
    text = build.frame("select model_settings from int_churn_model_metadata limit 1")["model_settings"][0]
    known = {name: value for name, value in json.loads(text).items() if name != "method"}
    return TrainingSettings.from_json(json.dumps(known))


def standing_model(build: Build, portfolio: str) -> GlassBox:
    """The model of new clients, put together from its tables."""
    fitted = build.frame(f"select * from int_churn_model_fitted where portfolio = '{portfolio}'")
    facts = fitted[fitted["kind"] == "metadata"].set_index("name")["value"]
    attributes = tuple(facts["attributes"].split(","))
    bins = fitted[fitted["kind"] == "bin"]
    levels = []
    for name in attributes:
        own = bins[bins["feature_1"] == name].sort_values("bin_1")
        levels.append(tuple(cuts_of(own[own["level_1"] == level]) for level in range(3)))
    terms = {}
    for _, rows in fitted[fitted["kind"] == "score"].groupby("term_number"):
        places = [place for place in (1, 2, 3) if rows[f"feature_{place}"].notna().all()]
        shape = [int(rows[f"bin_{place}"].max()) + 1 for place in places]
        table = np.full(shape, np.nan)
        table[tuple(rows[f"bin_{place}"].astype(int) for place in places)] = rows["contribution_e12"] / 1e12
        terms[tuple(attributes.index(rows[f"feature_{place}"].iloc[0]) for place in places)] = table
    return GlassBox(attributes, tuple(levels), terms, int(facts["intercept_e12"]) / 1e12)


def cuts_of(rows: pd.DataFrame) -> dict[str, int] | np.ndarray:
    if (rows["bin_kind"] == "number").any():
        return rows["lower_bound"].dropna().to_numpy()
    own = rows[rows["bin_kind"] == "category"]
    return dict(zip(own["category"], own["bin_1"].astype(int), strict=True))


def stress_rows(model: GlassBox, clients: pd.DataFrame) -> pd.DataFrame:
    """Clients that stand on, just below and just above every cut, have nothing known, or live elsewhere."""
    typical = clients.iloc[0].to_dict()
    rows = [dict.fromkeys(model.attributes), {**typical, "city": "Атлантида"}, {**typical, "gender": "?"}]
    for position, name in enumerate(model.attributes):
        rows.append({**typical, name: None})
        if name in NUMERIC:
            cuts = {float(cut) for level in model.bins[position] for cut in level}
            if name in WHOLE:
                low, high = WHOLE[name]
                values = {float(low), float(high)} | {
                    min(max(np.floor(cut) + step, low), high) for cut in cuts for step in (-1, 0, 1)
                }
            else:
                values = {
                    value
                    for cut in cuts
                    for value in (np.nextafter(cut, -np.inf), cut, np.nextafter(cut, np.inf))
                } | {-1e12, 1e12, 0.0}
            rows += [
                {**clients.iloc[len(rows) % len(clients)].to_dict(), name: value} for value in sorted(values)
            ]
    frame = pd.DataFrame(rows, columns=list(model.attributes)).astype(object)
    return frame.where(frame.notna(), None)


def score_in_sql(build: Build, portfolio: str, rows: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Run the compiled scoring model and its words on these rows in place of the clients."""
    folder.mkdir(exist_ok=True)
    database = folder / "bank_churn.duckdb"
    shutil.copy(build.folder / "build/bank_churn.duckdb", database)
    scores, words = (
        (build.folder / "target/compiled/bank_churn/models/scoring" / name).read_text(encoding="utf-8")
        for name in ("steps/int_client_scores.sql", "client_churn_scores_v1.sql")
    )
    types = {
        **dict.fromkeys(NUMERIC, "double"),
        **dict.fromkeys(WHOLE, "integer"),
        **dict.fromkeys(("has_credit_card", "is_active"), "boolean"),
    }
    columns = ", ".join(f"cast({name} as {types.get(name, 'varchar')}) as {name}" for name in ATTRIBUTES)
    given = pd.DataFrame({name: rows.get(name) for name in ATTRIBUTES}, dtype=object)
    given.insert(0, "client_key", [f"{number:06}" for number in range(len(rows))])
    with duckdb.connect(str(database)) as connection:
        connection.register("given", given)
        connection.execute(
            f"""create or replace table clients_v1 as
            select '{portfolio}' as portfolio, client_key, {columns},
            cast(null as boolean) as is_churned, 'extract' as data_origin from given"""
        )
        connection.execute(f"create or replace table int_client_scores as {scores}")
        return connection.execute(f"select * from ({words}) order by client_key").df()


@pytest.mark.parametrize("portfolio", PORTFOLIOS)
def test_sql_scores_equal_interprets_own(
    demo_build: Build, portfolio: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    compare_with_interpret(demo_build, portfolio, tmp_path, monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("portfolio", PORTFOLIOS)
def test_sql_scores_equal_interprets_own_on_real_extracts(
    whole_real_build: Build, portfolio: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    compare_with_interpret(whole_real_build, portfolio, tmp_path, monkeypatch)


def compare_with_interpret(
    build: Build, portfolio: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(build)
    sample = next(
        split_portfolios(build.frame("select * from int_churn_model_sample"), [portfolio], settings)
    )
    attributes = sample.attributes(settings)
    machines, fit = [], fitting._fit

    def fit_and_keep(machine: object, *given: object) -> None:
        fit(machine, *given)
        machines.append(machine)

    monkeypatch.setattr(fitting, "_fit", fit_and_keep)
    fitted = fit_fold(sample.frame, attributes, 1, settings)
    clients = sample.frame[sample.frame["fold"] == 1]
    scores = build.frame(
        "select client_key, churn_probability, log_odds, probability_basis from client_churn_scores"
    )
    scores = clients[["client_key"]].merge(scores, on="client_key")
    assert set(scores["probability_basis"]) == {"out_of_fold"}
    triples = build.frame(
        f"select 1 from churn_model_terms where portfolio = '{portfolio}' and term_kind = 'triple'"
    )
    log_odds = fitted.log_odds + (fitted.triple_log_odds if len(triples) else 0)
    assert np.abs(logistic(log_odds) - scores["churn_probability"]).max() < 1e-9

    # interpret's own sum of the same machines differs by the level, which is set without the fold.
    pairs, *others = (machine.decision_function(matrix(clients, attributes)) for machine in machines)
    own = pairs + (np.mean(others, axis=0) if len(triples) else 0)
    assert np.ptp(own - scores["log_odds"]) < 1e-9

    model = standing_model(build, portfolio)
    rows = stress_rows(model, sample.frame[attributes])
    scores = score_in_sql(build, portfolio, rows, folder)
    assert len(rows) > 250
    assert set(scores["probability_basis"]) == {"new_client"}
    for name in set(attributes) & set(NUMERIC):
        rows[name] = rows[name].astype(float)
    assert np.abs(model.probability(rows) - scores["churn_probability"]).max() < 1e-9
    own = scores["contributions_e12"].map(sum) + scores["intercept_e12"]
    assert (own == scores["log_odds_e12"]).all()


@pytest.mark.slow
def test_triples_are_scored_and_told_like_pairs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    random, rows = np.random.default_rng(1), []
    for number in range(1000):
        row = good_row(number) | {"Gender": random.choice(["Ж", "М"]), "Loyalty": random.choice(["0", "1"])}
        sides = (int(row["Age"]) > 45) + (row["Gender"] == "М") + (row["Loyalty"] == "1")
        rows.append(to_line(row | {"Churn": str(int(random.random() < (0.8 if sides % 2 else 0.1)))}))
    build = run_build(tmp_path, metanprom=write_lines(tmp_path / "clients.csv", rows), whole_model=True)
    assert build.code == 0, build.stdout + build.stderr
    labels = build.query(
        """select label_ru, label_en from churn_model_terms where term_kind = 'triple'
        and attribute_1 = 'age' and attribute_2 = 'gender' and attribute_3 = 'is_active'"""
    )
    assert labels
    assert all(", " in ru and " и " in ru and ", " in en and " and " in en for ru, en in labels)
    told = build.query(
        "select count(*) from client_churn_scores where reason_1_en like '%, %man% and %active%'"
    )
    assert told[0][0] > 100
    compare_with_interpret(build, "metanprom", tmp_path / "scored", monkeypatch)


def made_up_sample(count: int = 600) -> pd.DataFrame:
    """Clients whose churn hangs on three attributes together and on nothing less."""
    random = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            "client_key": [f"{number:032x}" for number in range(count)],
            "fold": np.arange(count) % 5 + 1,
            "age": random.integers(20, 70, count).astype(float),
            "balance": np.where(random.random(count) < 0.3, np.nan, random.random(count) * 1e6),
            "city": random.choice(["Ростов Великий", "Рыбинск"], count),
            "gender": random.choice(["female", "male"], count),
            "is_active": random.choice(["true", "false"], count),
        }
    )
    sides = (frame["age"] > 45).astype(int) + (frame["gender"] == "male") + (frame["is_active"] == "true")
    frame["is_churned"] = (random.random(count) < np.where(sides % 2, 0.8, 0.1)).astype(int)
    return frame


def some_settings(**changed: object) -> TrainingSettings:
    text = {
        "outer_bags": 3, "pairs": 3, "max_bins": 16, "max_pair_bins": 8, "triples": 1, "max_triple_bins": 4,
        "learning_rate": 0.1, "early_stopping_rounds": 10, "seed": 1, "min_clients": 200,
        "min_per_outcome": 30,
    }  # fmt: skip
    return TrainingSettings.from_json(json.dumps(text | changed))


MADE_UP_ATTRIBUTES = ["age", "balance", "city", "gender", "is_active"]


def test_nobody_is_predicted_by_a_model_that_saw_the_outcome():
    frame = made_up_sample()
    flipped = frame.assign(
        is_churned=np.where(frame["fold"] == 2, 1 - frame["is_churned"], frame["is_churned"])
    )
    one, other = (fit_fold(given, MADE_UP_ATTRIBUTES, 2, some_settings()) for given in (frame, flipped))
    assert (one.log_odds == other.log_odds).all()
    assert (one.triple_log_odds == other.triple_log_odds).all()
    seen = fit_fold(flipped, MADE_UP_ATTRIBUTES, 1, some_settings()).pairs
    assert np.abs(seen.log_odds(frame) - one.pairs.log_odds(frame)).max() > 0.1


def test_three_attributes_that_act_together_are_found():
    fitted = fit_fold(made_up_sample(), MADE_UP_ATTRIBUTES, 1, some_settings())
    assert list(fitted.triples.terms) == [(0, 3, 4)]
    assert fit_fold(made_up_sample(), MADE_UP_ATTRIBUTES, 1, some_settings(triples=0)).triples.terms == {}


@pytest.mark.parametrize("attributes", [["age"], ["age", "gender"], ["age", "gender", "is_active"]])
def test_a_bank_of_few_attributes_has_a_model(attributes: list[str]):
    """One attribute has no pair, two have no triple; a triple of which nothing is found adds nothing."""
    fitted = fit_fold(made_up_sample(), attributes, 1, some_settings())
    assert len(fitted.log_odds) == len(fitted.triple_log_odds) == 120
    assert max(len(term) for term in fitted.pairs.terms) == min(len(attributes), 2)
    assert len(fitted.triples.terms) == (len(attributes) == 3)
    assert (np.abs(fitted.triple_log_odds).max() > 0) == (len(attributes) == 3)


def test_triples_are_looked_for_among_the_attributes_that_say_most():
    """Beside 27 of noise, the three of which churn needs all; their numbers are those of all attributes."""
    frame, random = made_up_sample(), np.random.default_rng(2)
    noise = [f"noise_{number}" for number in range(27)]
    for name in noise:
        frame[name] = random.choice(["a", "b", "c"], len(frame))
    sides = (frame["age"] > 45).astype(int) + (frame["gender"] == "male") + (frame["is_active"] == "true")
    frame["is_churned"] = (random.random(len(frame)) < np.where(sides == 3, 0.95, 0.05)).astype(int)
    fitted = fit_fold(frame, [*noise, "age", "gender", "is_active"], 1, some_settings(pairs=1))
    assert list(fitted.triples.terms) == [(27, 28, 29)]
    places = [[np.array([0, 1])] * 3 for _ in range(MOST_ATTRIBUTES + 4)]
    tables = {(number,): np.array([1.0, -1.0]) * number for number in range(len(places))}
    tables[0, 1] = np.full((2, 2), 99.0)  # a pair counts for both of its attributes
    assert most_telling(tables, places) == [0, 1, *range(6, MOST_ATTRIBUTES + 4)]


def test_folds_that_chose_other_pairs_have_the_same_bins():
    random, frame = np.random.default_rng(3), made_up_sample()
    frame["balance"] = random.random(len(frame)) * 1e6
    frame["salary"] = random.random(len(frame)) * 1e5  # noise: each fold finds another pair of it
    attributes = [*MADE_UP_ATTRIBUTES, "salary"]
    settings = some_settings(pairs=2, triples=0)
    folds = [fit_fold(frame, attributes, fold, settings) for fold in range(1, 6)]
    assert len({tuple(len(levels[1]) for levels in fold.pairs.bins) for fold in folds}) > 1
    models = joined(TrainingSample("bank", frame, "", None), folds).models
    for fold, model in zip(folds, models, strict=True):
        assert (model.log_odds(frame) == fold.pairs.log_odds(frame)).all()
    means = np.mean([fold.pairs.log_odds(frame) for fold in folds], axis=0)
    np.testing.assert_allclose(mean_of(models).log_odds(frame), means, rtol=0, atol=1e-12)
    assert np.isfinite(jackknife_variance(models, frame)).all()


def test_expected_maximum_profit_is_the_integral_it_stands_for():
    from scipy.stats import beta

    random = np.random.default_rng(1)
    probability = np.round(random.beta(1, 4, 800), 2)
    churned = (random.random(800) < probability).astype(int)
    money = Money(value=4000, contact_cost=300, kept_share=0.1, kept_share_error=0.04)
    distinct, place = np.unique(probability, return_inverse=True)
    profit, contacted = expected_maximum_profit(
        distinct, np.bincount(place), np.bincount(place, churned).astype(int), money
    )
    # Every cut-off for every share kept, weighed by the beta distribution of this mean and spread.
    mean, spread = 0.1, 0.04
    size = mean * (1 - mean) / spread**2 - 1
    edges = np.linspace(0, 1, 2001)
    weights = np.diff(beta.cdf(edges, mean * size, (1 - mean) * size))
    cut_offs = [*distinct, 2]
    caught = np.array([churned[probability >= cut].sum() for cut in cut_offs])
    calls = np.array([(probability >= cut).sum() for cut in cut_offs])
    gains = np.outer((edges[1:] + edges[:-1]) / 2, caught * 4000) - calls * 300
    assert profit == pytest.approx((gains.max(axis=1) * weights).sum() / 800, rel=1e-4)
    assert contacted == pytest.approx((calls[gains.argmax(axis=1)] * weights).sum() / 800, rel=1e-2)
    worthless = Money(value=400, contact_cost=300, kept_share=0.1, kept_share_error=0.04)
    assert expected_maximum_profit(
        distinct, np.bincount(place), np.bincount(place, churned).astype(int), worthless
    )[0] == pytest.approx(0, abs=1e-6)


def quality(build: Build, evaluation: str = "out_of_fold") -> pd.DataFrame:
    frame = build.frame(f"select * from churn_model_quality where evaluation = '{evaluation}'")
    return frame.set_index(["portfolio", "model_variant"])


def test_quality_is_what_scikit_learn_says(demo_build: Build):
    from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score

    figures = quality(demo_build)
    predictions = demo_build.frame(
        "select * from int_churn_model_predictions where evaluation = 'out_of_fold'"
    )
    assert len(figures) == 6
    for key, own in predictions.groupby(["portfolio", "model_variant"]):
        churned, probability = own["is_churned"].astype(int), own["predicted_probability"]
        row = figures.loc[key]
        assert row["roc_auc"] == pytest.approx(roc_auc_score(churned, probability), abs=1e-9)
        assert row["pr_auc"] == pytest.approx(average_precision_score(churned, probability), abs=1e-6)
        assert row["brier"] == pytest.approx(brier_score_loss(churned, probability), abs=1e-9)
        assert row["log_loss"] == pytest.approx(log_loss(churned, probability), abs=1e-9)


@pytest.mark.slow
def test_quality_on_real_extracts(whole_real_build: Build):
    figures = quality(whole_real_build)
    for portfolio, auc, brier, gain in (
        ("bank_scrooge", 0.885, 0.093, 0.04),
        ("metanprom", 0.862, 0.103, 0.08),
    ):
        row = figures.loc[(portfolio, "ebm")]
        assert row["roc_auc"] >= auc
        assert row["brier"] <= brier
        assert row["ece"] <= 0.02
        assert 0.9 <= row["calibration_slope"] <= 1.1
        assert row["roc_auc"] - figures.loc[(portfolio, "logistic_regression"), "roc_auc"] >= gain
    gap = """select max(abs(observed_minus_predicted)) from churn_model_groups
        where model_variant = 'ebm' and not is_small_group"""
    assert whole_real_build.query(gap)[0][0] <= 0.02


def test_one_source_client_stands_in_one_fold(demo_build: Build):
    spread = """select count(*), count(distinct (portfolio, client_id)) from (
        select clients.portfolio, clients.client_id, fold from int_churn_model_sample
        inner join clients using (portfolio, client_key) group by all)"""
    rows, ids = demo_build.query(spread)[0]
    assert rows == ids
    assert demo_build.query("select count(distinct fold) from int_churn_model_sample") == [(3,)]


def test_reasons_are_the_greatest_contributions(demo_build: Build):
    rows = demo_build.frame("select * from client_churn_scores order by client_key limit 500")
    for row in rows.to_dict("records"):
        greatest = sorted((value for value in row["contributions_e12"] if value >= 1e11), reverse=True)[:3]
        told = [row[f"contribution_{place}"] for place in (1, 2, 3)]
        assert [value for value in told if value == value] == pytest.approx(
            [value / 1e12 for value in greatest]
        )
        for place, value in enumerate(told, start=1):
            assert isinstance(row[f"reason_{place}_ru"], str) == (value == value)
            assert isinstance(row[f"reason_{place}_en"], str) == (value == value)
    for place in (1, 2, 3):
        told = f"reason_{place}_ru <> reason_ru or reason_{place}_en <> reason_en"
        others = f"""select count(*), count(*) filter (where {told})
            from client_churn_scores as scores inner join int_churn_model_cells as cells
                on scores.portfolio = cells.portfolio and scores.reason_{place}_cell = cells.cell_number"""
        ((told_of, told_wrongly),) = demo_build.query(others)
        assert told_of > 1000
        assert told_wrongly == 0
    unfinished = """select count(*) from int_churn_model_cells
        where reason_ru like '%{%' or reason_en like '%{%' or reason_ru = '' or reason_en = ''"""
    assert demo_build.query(unfinished) == [(0,)]


def blank_a_fifth(source: Path, target: Path) -> None:
    """Copy an extract without the churn of every fifth client."""
    with source.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    place = [name.strip().lower() for name in rows[0]].index("churn")
    for number, row in enumerate(rows[1:]):
        if number % 5 == 0 and len(row) == len(rows[0]):
            row[place] = ""
    with target.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


@pytest.mark.slow
def test_scores_of_clients_with_hidden_churn_are_as_good_as_promised(real_build: Build, tmp_path: Path):
    from sklearn.metrics import roc_auc_score

    extracts = {}
    for portfolio in PORTFOLIOS:
        extracts[portfolio] = str(tmp_path / f"{portfolio}.csv")
        blank_a_fifth(Path(real_extract(f"{portfolio}_sample.csv")), Path(extracts[portfolio]))
    hidden = run_build(tmp_path, **extracts, whole_model=True)
    assert hidden.code == 0, hidden.stdout + hidden.stderr
    scores = hidden.frame("select * from client_churn_scores where is_churned is null")
    truth = real_build.frame("select portfolio, client_key, is_churned as churned from clients")
    both = scores.merge(truth, on=["portfolio", "client_key"])
    assert not both["is_trained_on"].any()
    for portfolio, own in both.groupby("portfolio"):
        assert len(own) > 1000
        auc = roc_auc_score(own["churned"].astype(int), own["churn_probability"])
        print(f"{portfolio}: AUC of {len(own)} hidden clients {auc:.4f}")
        assert auc == pytest.approx(quality(hidden).loc[(portfolio, "ebm"), "roc_auc"], abs=0.015)


TABLES = (
    *("int_churn_model_fitted", "int_churn_model_out_of_fold", "client_churn_scores", "churn_model_terms"),
    *("churn_model_quality", "churn_model_calibration", "churn_model_gains", "churn_model_groups"),
)


def small_extract(path: Path, *, count: int = 400, shuffled: bool = False, **changed: str) -> str:
    rows = [{**good_row(number), **changed} for number in range(count)]
    if shuffled:
        rows = [rows[position] for position in np.random.default_rng(1).permutation(count)]
    return write_lines(path, [to_line(row) for row in rows])


@pytest.fixture(scope="module")
def small_build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """One portfolio of 400 clients."""
    folder = tmp_path_factory.mktemp("small")
    build = run_build(folder, metanprom=small_extract(folder / "clients.csv"), whole_model=True)
    assert build.code == 0, build.stdout + build.stderr
    return build


@pytest.mark.slow
def test_the_order_of_rows_changes_nothing(small_build: Build, tmp_path: Path):
    other = run_build(
        tmp_path, metanprom=small_extract(tmp_path / "clients.csv", shuffled=True), whole_model=True
    )
    assert other.code == 0, other.stdout + other.stderr
    for table in TABLES:
        query = f"select * from {table} order by all"
        pd.testing.assert_frame_equal(small_build.frame(query), other.frame(query), check_exact=True)


def train(build: Build, *arguments: str) -> str:
    environment = {
        **os.environ,
        "METANPROM_CLIENTS": str(build.folder / "clients.csv"),
        "BANK_SCROOGE_CLIENTS": "",
        "BANK_CHURN_TEMP_DIRECTORY": str(build.folder / "spill"),
        "DBT_LOG_PATH": str(build.folder / "logs"),
    }
    command = [sys.executable, "-m", "bank_churn.cli", "train", *arguments]
    command += ["--database", str(build.folder / "build/bank_churn.duckdb")]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stdout + done.stderr
    return done.stdout if done.returncode == 0 else done.stderr


def deploy(folder: Path, extract: str, model: Path) -> Build:
    return run_build(
        folder, metanprom=extract, arguments=("--vars", json.dumps({"churn_model_folder": str(model)}))
    )


@pytest.mark.slow
def test_an_exported_model_scores_a_new_extract(small_build: Build, tmp_path: Path):
    model = tmp_path / "model"
    assert "metadata.csv" in train(small_build, "--export", str(model))
    assert {path.name for path in model.iterdir()} == {
        "bins.csv",
        "scores.csv",
        "certainty.csv",
        "quality.csv",
        "metadata.csv",
    }
    fresh = small_extract(tmp_path / "clients.csv", count=300)
    deployed = deploy(tmp_path, fresh, model)
    assert deployed.code == 0, deployed.stdout + deployed.stderr
    columns = "client_key, churn_probability, probability_basis, model_version"
    version = small_build.query("select distinct model_version from client_churn_scores")
    after = deployed.frame(
        f"select {columns}, {', '.join(ATTRIBUTES)} from client_churn_scores join clients using (client_key)",
    )
    assert len(after) == 300
    assert [(value,) for value in after["model_version"].unique()] == version
    assert set(after["probability_basis"]) == {"deployed_model"}
    for name in ("has_credit_card", "is_active"):
        after[name] = after[name].map({True: "true", False: "false"})
    expected = standing_model(small_build, "metanprom").probability(after)
    assert np.abs(expected - after["churn_probability"]).max() < 1e-9
    assert deployed.query("select distinct evaluation, client_count from churn_model_quality") == [
        ("new_extract", 300)
    ]
    assert deployed.query("select count(*) from client_churn_scores where is_trained_on is not null") == [
        (0,)
    ]

    # The same folder with a file edited, damaged or missing stops the build with a sentence.
    scores = (model / "scores.csv").read_text(encoding="utf-8")
    for name, text, words in (
        ("scores.csv", scores.replace("age", "Age", 1), "changed after its export"),
        ("scores.csv", scores[: len(scores) // 2], "changed after its export"),
        ("metadata.csv", "", "changed after its export"),
        ("bins.csv", None, "is missing"),
    ):
        broken = tmp_path / "broken"
        shutil.rmtree(broken, ignore_errors=True)
        shutil.copytree(model, broken)
        (broken / name).write_text(text, encoding="utf-8") if text is not None else (broken / name).unlink()
        with pytest.raises(BankChurnError, match=words):
            read_model(str(broken), ["metanprom"])
    stopped = deploy(tmp_path, fresh, broken)
    assert stopped.code == 1
    assert "bins.csv is missing" in stopped.stderr
    assert "Traceback" not in stopped.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changed", "reason"), [({"Churn": ""}, "no_known_churn"), ({"Churn": "0"}, "one_outcome_only")]
)
def test_a_portfolio_that_cannot_be_modelled_says_why(changed: dict[str, str], reason: str, tmp_path: Path):
    build = run_build(tmp_path, metanprom=small_extract(tmp_path / "clients.csv", count=250, **changed))
    assert build.code == 0, build.stdout + build.stderr
    scores = (
        "select distinct churn_probability, risk_band, reason_1_en, no_score_reason from client_churn_scores"
    )
    assert build.query(scores) == [(None, None, None, reason)]
    assert build.query("select roc_auc, reason from churn_model_quality") == [(None, reason)]
    assert build.query("select count(*) from churn_model_terms") == [(0,)]


@pytest.mark.slow
def test_an_attribute_without_values_and_an_excluded_one_are_not_used(tmp_path: Path):
    extract = small_extract(tmp_path / "clients.csv", Balance="")
    build = run_build(tmp_path, metanprom=extract, arguments=("--vars", "{excluded_attributes: [gender]}"))
    assert build.code == 0, build.stdout + build.stderr
    used = {name for (name,) in build.query("select distinct attribute_1 from churn_model_terms")}
    assert used == set(ATTRIBUTES) - {"gender", "balance"}
    wrong = run_build(tmp_path, metanprom=extract, arguments=("--vars", "{excluded_attributes: [religion]}"))
    assert wrong.code == 2
    assert 'excluded_attributes names "religion"' in wrong.stderr


@pytest.mark.slow
def test_a_standing_model_is_kept_when_training_is_left_out(small_build: Build, tmp_path: Path):
    shutil.copytree(small_build.folder / "build", tmp_path / "build")
    version = small_build.query("select distinct model_version from client_churn_scores")
    fresh = small_extract(tmp_path / "clients.csv", count=700)
    build = run_build(tmp_path, metanprom=fresh, arguments=("--exclude", "tag:train"), whole_model=True)
    assert build.code == 0, build.stdout + build.stderr
    assert build.query("select distinct model_version from client_churn_scores") == version
    assert build.query("select count(*), count(*) filter (where is_trained_on) from client_churn_scores") == [
        (700, 400)
    ]
    found = build.query(
        "select evaluation, client_count from churn_model_quality where model_variant = 'ebm' order by 1"
    )
    assert found == [("new_extract", 300), ("out_of_fold", 400)]
