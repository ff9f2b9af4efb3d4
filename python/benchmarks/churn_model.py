"""How far the churn model is from boosted trees: out-of-fold ROC-AUC and Brier score on the same folds.

Reads a build database (`--database`). LightGBM and CatBoost are not among the project's packages: add them
by hand, `.venv/bin/pip install lightgbm catboost`, and make the environment anew afterwards. What is absent
is left out.
"""

from __future__ import annotations

import argparse
import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from bank_churn.scoring.sample import attributes_of, is_number
from sklearn.metrics import brier_score_loss, roc_auc_score


def lightgbm_model() -> Any:  # noqa: ANN401
    """LightGBM with small trees and a small step, as suits ten thousand rows."""
    from lightgbm import LGBMClassifier

    return LGBMClassifier(
        n_estimators=300, learning_rate=0.03, num_leaves=15, min_child_samples=20, subsample=0.8,
        subsample_freq=1, colsample_bytree=0.7, reg_lambda=1.0, random_state=1, verbose=-1,
    )  # fmt: skip


def catboost_model() -> Any:  # noqa: ANN401
    """CatBoost with its usual depth and a small step, as suits ten thousand rows."""
    from catboost import CatBoostClassifier

    return CatBoostClassifier(
        iterations=500,
        learning_rate=0.04,
        depth=6,
        l2_leaf_reg=3.0,
        random_seed=1,
        verbose=False,
        allow_writing_files=False,
    )


MODELS: dict[str, Callable[[], Any]] = {"lightgbm": lightgbm_model, "catboost": catboost_model}


def out_of_fold(sample: pd.DataFrame, make: Callable[[], Any]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Predict each fold by a model of the others; categories as numbers, missing stays missing."""
    features = sample[attributes_of(sample)].copy()
    for name in attributes_of(sample):
        if is_number(sample, name):
            continue
        features[name] = features[name].astype("category").cat.codes
    predicted = np.full(len(sample), np.nan)
    for fold in sorted(sample["fold"].unique()):
        unseen = (sample["fold"] == fold).to_numpy()
        model = make().fit(features[~unseen], sample.loc[~unseen, "is_churned"])
        predicted[unseen] = model.predict_proba(features[unseen])[:, 1]
    return predicted


def main() -> None:
    """Print one line per portfolio and model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", type=Path, default=Path("data/build/bank_churn.duckdb"))
    with duckdb.connect(str(parser.parse_args().database), read_only=True) as connection:
        sample = connection.execute("select * from int_churn_model_sample order by client_key").df()
        own = connection.execute("select * from churn_model_quality where evaluation = 'out_of_fold'").df()
    for row in own.dropna(subset="roc_auc").itertuples():
        print(f"{row.portfolio:14} {row.model_variant:28} AUC {row.roc_auc:.4f} Brier {row.brier:.4f}")
    for portfolio, clients in sample.groupby("portfolio"):
        for name, make in MODELS.items():
            if importlib.util.find_spec(name) is None:
                print(f"{portfolio:14} {name:28} not installed")
                continue
            predicted = out_of_fold(clients, make)
            auc = roc_auc_score(clients["is_churned"], predicted)
            brier = brier_score_loss(clients["is_churned"], predicted)
            print(f"{portfolio:14} {name:28} AUC {auc:.4f} Brier {brier:.4f}")


if __name__ == "__main__":
    main()
