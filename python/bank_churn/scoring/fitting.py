"""Fitting one model of one variant: the same rows, settings and seed give the same bits."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd

from bank_churn.scoring.sample import is_number, matrix
from bank_churn.scoring.settings import TrainingSettings


def fit_ebm(
    frame: pd.DataFrame, outcome: np.ndarray[Any, Any], attributes: list[str], settings: TrainingSettings
) -> Any:  # noqa: ANN401 - interpret has no types
    """Fit an Explainable Boosting Machine.

    Lou, Caruana, Gehrke, Hooker (2013), Accurate intelligible models with pairwise interactions, KDD.

    Args:
        frame: One row per client, ordered: another order is another result.
        outcome: 1 = churned; shape (clients,).
        attributes: Attributes to use.
        settings: Settings of the training.

    Returns:
        The fitted `ExplainableBoostingClassifier`.
    """
    from interpret.glassbox import ExplainableBoostingClassifier

    model = ExplainableBoostingClassifier(
        feature_names=attributes,
        feature_types=["continuous" if is_number(frame, name) else "nominal" for name in attributes],
        outer_bags=settings.outer_bags,
        interactions=min(settings.pairs, len(attributes) * (len(attributes) - 1) // 2),
        max_bins=settings.max_bins,
        max_interaction_bins=settings.max_pair_bins,
        learning_rate=settings.learning_rate,
        early_stopping_rounds=settings.early_stopping_rounds,
        random_state=settings.seed,
        n_jobs=1,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about columns of few values, which the tests of scores cover
        return model.fit(matrix(frame, attributes), outcome)


def fit_logistic_regression(frame: pd.DataFrame, outcome: np.ndarray[Any, Any], attributes: list[str]) -> Any:  # noqa: ANN401 - scikit-learn has no types
    """Fit the plain baseline: standardised numbers, medians and a mark for gaps, one column per category.

    Args:
        frame: One row per client.
        outcome: 1 = churned; shape (clients,).
        attributes: Attributes to use.

    Returns:
        The fitted pipeline.
    """
    from sklearn.compose import make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers = [name for name in attributes if is_number(frame, name)]
    categories = [name for name in attributes if not is_number(frame, name)]
    columns = make_column_transformer(
        (make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler()), numbers),
        (OneHotEncoder(handle_unknown="ignore"), categories),
    )
    pipeline = make_pipeline(columns, LogisticRegression(max_iter=1000))
    return pipeline.fit(plain(frame, attributes), outcome)


def plain(frame: pd.DataFrame, attributes: list[str]) -> pd.DataFrame:
    """Give attributes the types scikit-learn expects: float, and text with a word for missing."""
    return pd.DataFrame(
        {
            name: frame[name].astype(object).where(frame[name].notna(), "missing")
            if not is_number(frame, name)
            else frame[name].astype("float64")
            for name in attributes
        }
    )


def predict_fold(
    frame: pd.DataFrame, attributes: list[str], variant: str, fold: int, settings: TrainingSettings
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Fit a variant on all other folds and predict one.

    Args:
        frame: The training sample.
        attributes: Attributes the variant may use.
        variant: One of `settings.VARIANTS`.
        fold: The fold to predict.
        settings: Settings of the training.

    Returns:
        Probability of churn of the fold's clients, in the order of the frame; the plain churn rate where the
        other folds have one outcome only or the variant has no attribute left.
    """
    from threadpoolctl import threadpool_limits

    seen, unseen = frame[frame["fold"] != fold], frame[frame["fold"] == fold]
    outcome = seen["is_churned"].to_numpy(dtype="int64")
    if len(np.unique(outcome)) < 2 or not attributes:
        return np.full(len(unseen), outcome.mean() if len(outcome) else np.nan)
    with threadpool_limits(limits=1):  # sums in another order are other sums
        if variant == "logistic_regression":
            model = fit_logistic_regression(seen, outcome, attributes)
            probability = model.predict_proba(plain(unseen, attributes))
        else:
            model = fit_ebm(seen, outcome, attributes, settings)
            probability = model.predict_proba(matrix(unseen, attributes))
    return np.asarray(probability[:, 1], dtype="float64")
