"""How far the churn model is from boosted trees and logistic regression, cross-validated on the same folds.

Clients are those of the extracts in the folder that BANK_CHURN_REAL_DATA names, of a build database
(`--database`), or of any csv file (`--csv FILE --outcome COLUMN [--group COLUMN]`). The settings are those of
dbt_project.yml, and the model is the one that scores: bags, pairs and triples of its own in each training
part, nothing from the part it is judged by. Differences carry 95 % intervals over the parts, corrected as in
Nadeau and Bengio (2003), Inference for the generalization error, Machine Learning 52.

    .venv/bin/pip install -r requirements-bench.txt
    BANK_CHURN_REAL_DATA=folder .venv/bin/python python/benchmarks/churn_model.py --repeats 5
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import yaml
from bank_churn.scoring.cross_fitting import joined
from bank_churn.scoring.fitting import baseline_predictions, fit_fold
from bank_churn.scoring.glass_box import mean_of
from bank_churn.scoring.sample import TrainingSample, usable_attributes
from bank_churn.scoring.settings import TrainingSettings
from scipy.stats import t as student
from sklearn.metrics import brier_score_loss, roc_auc_score

ROOT = Path(__file__).parents[2]
REAL = ("metanprom", "bank_scrooge")
Predict = Callable[[pd.DataFrame, pd.DataFrame, list[str]], "np.ndarray[Any, Any]"]


def settings() -> TrainingSettings:
    """Read the settings of the build."""
    given = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
    names = {
        "outer_bags": "bags", "pairs": "pairs", "max_bins": "bins", "max_pair_bins": "pair_bins",
        "triples": "triples", "max_triple_bins": "triple_bins",
        "learning_rate": "learning_rate", "seed": "seed",
        "early_stopping_rounds": "early_stopping_rounds", "min_clients": "min_clients",
        "min_per_outcome": "min_per_outcome",
    }  # fmt: skip
    return TrainingSettings(**{name: given[f"churn_model_{var}"] for name, var in names.items()})


def glass_box(seen: pd.DataFrame, unseen: pd.DataFrame, attributes: list[str]) -> np.ndarray[Any, Any]:
    """Score unseen clients as the build scores new ones: by the mean of the models of the folds."""
    sample = TrainingSample("bench", seen, "bench", None)
    chosen = settings()
    fits = [fit_fold(seen, attributes, fold, chosen) for fold in sample.folds()]
    return mean_of(joined(sample, fits).models).probability(unseen)


def pairs_only(seen: pd.DataFrame, unseen: pd.DataFrame, attributes: list[str]) -> np.ndarray[Any, Any]:
    """Score by the same model without triples."""
    sample = TrainingSample("bench", seen, "bench", None)
    chosen = replace(settings(), triples=0)
    fits = [fit_fold(seen, attributes, fold, chosen) for fold in sample.folds()]
    return mean_of(joined(sample, fits).models).probability(unseen)


def logistic_regression(
    seen: pd.DataFrame, unseen: pd.DataFrame, attributes: list[str]
) -> np.ndarray[Any, Any]:
    """Score by the build's baseline."""
    both = pd.concat([seen.assign(fold=1), unseen.assign(fold=2)], ignore_index=True)
    return baseline_predictions(both, attributes)[len(seen) :]


def lightgbm(seen: pd.DataFrame, unseen: pd.DataFrame, attributes: list[str]) -> np.ndarray[Any, Any]:
    """LightGBM with small trees and a small step, as suits ten thousand rows."""
    from lightgbm import LGBMClassifier

    model = LGBMClassifier(
        n_estimators=300, learning_rate=0.03, num_leaves=15, min_child_samples=20, subsample=0.8,
        subsample_freq=1, colsample_bytree=0.7, reg_lambda=1.0, random_state=1, verbose=-1, n_jobs=1,
    )  # fmt: skip
    return boosted(model, seen, unseen, attributes)


def catboost(seen: pd.DataFrame, unseen: pd.DataFrame, attributes: list[str]) -> np.ndarray[Any, Any]:
    """CatBoost with its usual depth and a small step, as suits ten thousand rows."""
    from catboost import CatBoostClassifier

    model = CatBoostClassifier(
        iterations=500, learning_rate=0.04, depth=6, l2_leaf_reg=3.0, random_seed=1, verbose=False,
        allow_writing_files=False, thread_count=1,
    )  # fmt: skip
    return boosted(model, seen, unseen, attributes)


def boosted(
    model: Any,  # noqa: ANN401
    seen: pd.DataFrame,
    unseen: pd.DataFrame,
    attributes: list[str],
) -> np.ndarray[Any, Any]:
    """Fit boosted trees with categories as numbers; missing stays missing."""
    both = pd.concat([seen[attributes], unseen[attributes]], ignore_index=True)
    for name in attributes:
        if not pd.api.types.is_float_dtype(both[name]):
            both[name] = both[name].astype("category").cat.codes
    fitted = model.fit(both.iloc[: len(seen)], seen["is_churned"])
    return np.asarray(fitted.predict_proba(both.iloc[len(seen) :])[:, 1])


MODELS: dict[str, Predict] = {
    "glass_box": glass_box,
    "pairs_only": pairs_only,
    "logistic_regression": logistic_regression,
    "lightgbm": lightgbm,
    "catboost": catboost,
}


def parts(groups: pd.Series[Any], count: int, repeat: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Deal groups into parts by chance: the rows of one source client stay together."""
    codes = groups.astype("category").cat.codes.to_numpy()
    dealt = np.random.default_rng(repeat).permutation(codes.max() + 1) % count
    return np.asarray(dealt[codes], dtype="int64")


def with_folds(frame: pd.DataFrame, groups: pd.Series[Any], count: int = 5) -> pd.DataFrame:
    """Give the clients trained on folds of their own, as the build does."""
    return frame.assign(fold=parts(groups, count, 10_000) + 1)


def evaluate(frame: pd.DataFrame, chosen: list[str], count: int, repeats: int) -> pd.DataFrame:
    """Judge every model on every part by what it learnt from the others; one row a model and part."""
    attributes = usable_attributes(frame.drop(columns="group"), set())
    rows = []
    for repeat in range(repeats):
        part = parts(frame["group"], count, repeat)
        for number in range(count):
            seen = with_folds(
                frame[part != number].reset_index(drop=True), frame.loc[part != number, "group"]
            )
            unseen = frame[part == number].reset_index(drop=True)
            for name in chosen:
                started = time.process_time()
                predicted = MODELS[name](seen, unseen, attributes)
                auc = roc_auc_score(unseen["is_churned"], predicted)
                brier = brier_score_loss(unseen["is_churned"], predicted)
                seconds = time.process_time() - started
                rows.append((name, repeat, number, auc, brier, seconds))
    return pd.DataFrame(rows, columns=["model", "repeat", "part", "auc", "brier", "seconds"])


def report(portfolio: str, rows: pd.DataFrame, count: int) -> Iterator[str]:
    """Write one line a model: means, and the difference of the glass box from it with its interval."""
    wide = {
        measure: rows.pivot(index=["repeat", "part"], columns="model", values=measure)
        for measure in ("auc", "brier")
    }
    own = "glass_box" if "glass_box" in wide["auc"] else wide["auc"].columns[0]
    for name, model in rows.groupby("model", sort=False):
        line = f"{portfolio:14} {name:20} AUC {model['auc'].mean():.4f} Brier {model['brier'].mean():.4f}"
        line += f" CPU {model['seconds'].mean():6.1f} s"
        if name != own:
            difference = wide["auc"][own] - wide["auc"][name]
            line += " {} is better by {:+.4f} [{:+.4f}, {:+.4f}]".format(
                own, difference.mean(), *interval(difference.to_numpy(), count)
            )
        yield line


def interval(differences: np.ndarray[Any, Any], count: int) -> tuple[float, float]:
    """95 % interval of a mean of differences over parts that share what was learnt from."""
    size = len(differences)
    if size < 2:
        return (np.nan, np.nan)
    error = differences.std(ddof=1) * np.sqrt(1 / size + 1 / (count - 1))
    margin = student.ppf(0.975, size - 1) * error
    return differences.mean() - margin, differences.mean() + margin


def from_database(database: Path) -> dict[str, pd.DataFrame]:
    """Read the clients that the models of a build database are trained on."""
    with duckdb.connect(str(database), read_only=True) as connection:
        sample = connection.execute(
            'select s.*, c.client_id as "group" from int_churn_model_sample as s inner join clients as c '
            "on s.client_key = c.client_key order by s.client_key"
        ).df()
    return {
        str(portfolio): own.drop(columns=["portfolio", "fold"]).reset_index(drop=True)
        for portfolio, own in sample.groupby("portfolio")
    }


def real_database() -> Path:
    """Name the build database of the extracts in BANK_CHURN_REAL_DATA, and fill it unless it stands."""
    folder, database = (
        Path(os.environ["BANK_CHURN_REAL_DATA"]).resolve(),
        ROOT / "data/build/benchmark.duckdb",
    )
    if not database.exists():
        extracts = {f"{name.upper()}_CLIENTS": str(folder / f"{name}_sample.csv") for name in REAL}
        command = [sys.executable, "-m", "bank_churn.cli", "train", "--database", str(database)]
        command += ["--export", str(database.with_suffix(""))]
        subprocess.run(command, cwd=ROOT, env={**os.environ, **extracts}, check=True)
    return database


def from_csv(path: Path, outcome: str, group: str | None) -> pd.DataFrame:
    """Read a csv file of anything with an outcome of two values; numbers are numbers, the rest categories."""
    given = pd.read_csv(path)
    frame = pd.DataFrame(
        {
            name: given[name].astype("float64") if _is_amount(given[name]) else given[name].astype(str)
            for name in given.columns
            if name not in (outcome, group)
        }
    )
    keys = [f"{number:08}" for number in range(len(frame))]
    return frame.assign(
        client_key=keys,
        is_churned=(given[outcome] == given[outcome].max()).astype("int64"),
        group=given[group].astype(str) if group else keys,
    )


def _is_amount(values: pd.Series[Any]) -> bool:
    return pd.api.types.is_numeric_dtype(values) and values.nunique() > 2


def main() -> None:
    """Print one line per portfolio and model."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--database", type=Path, help="default: the extracts of BANK_CHURN_REAL_DATA")
    parser.add_argument("--csv", type=Path, help="judge on this file instead")
    parser.add_argument("--outcome", help="its column of the outcome; the greater of two values is churn")
    parser.add_argument("--group", help="its column whose equal values stay together")
    parser.add_argument("--parts", type=int, default=5)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS))
    given = parser.parse_args()
    if not (given.csv or given.database or os.environ.get("BANK_CHURN_REAL_DATA")):
        parser.error("name --database or --csv, or set BANK_CHURN_REAL_DATA to the folder of the extracts")
    if given.csv and not given.outcome:
        parser.error("--csv needs --outcome, the column of the outcome")
    frames = (
        {given.csv.stem: from_csv(given.csv, given.outcome, given.group)}
        if given.csv
        else from_database(given.database or real_database())
    )
    chosen = [
        name
        for name in given.models
        if name not in ("lightgbm", "catboost") or importlib.util.find_spec(name) is not None
    ]
    for portfolio, frame in frames.items():
        for line in report(portfolio, evaluate(frame, chosen, given.parts, given.repeats), given.parts):
            print(line, flush=True)


if __name__ == "__main__":
    main()
