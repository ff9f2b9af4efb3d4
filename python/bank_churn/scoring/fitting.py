"""Fitting one model of one variant: the same rows, settings and seed give the same bits."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from bank_churn.scoring.glass_box import Cuts, Floats, GlassBox, logistic, placed, summed
from bank_churn.scoring.sample import is_number, matrix
from bank_churn.scoring.settings import TrainingSettings
from bank_churn.scoring.triples import most_telling, strongest_triples

MAX_ROUNDS = 500
"""Rounds over all terms at most. Some thousand clients take 90 to 330; where rows are repeated, as in a file
pasted twice, the part that a bag stops by never tells it to stop."""


@dataclass(frozen=True)
class FoldModel:
    """What was learnt from all folds but one.

    Attributes:
        pairs: The model of attributes and pairs.
        triples: Tables of three attributes, fitted to what the pairs leave; what they add to the intercept.
        log_odds: Of the fold's own clients by `pairs`, in the order of the frame.
        triple_log_odds: What the triples add to them.
    """

    pairs: GlassBox
    triples: GlassBox
    log_odds: Floats
    triple_log_odds: Floats


def fit_fold(frame: pd.DataFrame, attributes: list[str], fold: int, settings: TrainingSettings) -> FoldModel:
    """Fit an Explainable Boosting Machine on all folds but one.

    Lou, Caruana, Gehrke, Hooker (2013), Accurate intelligible models with pairwise interactions, KDD. The
    clients learnt from are dealt into as many parts as there are bags; each bag learns from all parts but one
    and stops by that one, so that no client weighs more than another and each is left out once. Where a
    number is cut does not depend on outcomes and comes from the whole frame: all folds have the same bins.

    Args:
        frame: One row per client with `fold`, ordered: another order is another result.
        attributes: Attributes to use.
        fold: The fold to leave out.
        settings: Settings of the training.
    """
    given, outcome = matrix(frame, attributes), frame["is_churned"].to_numpy(dtype="int64")
    left_out = (frame["fold"] == fold).to_numpy()
    # The months of one client stand in one bag, which is stopped by clients it has not seen.
    people = frame["client_id" if "client_id" in frame else "client_key"]
    bags = dealt_bags(people, left_out, settings.outer_bags)
    machine = _machine(frame, attributes, settings, len(bags.T))
    machine.interactions = min(settings.pairs, len(attributes) * (len(attributes) - 1) // 2)
    _fit(machine, given, outcome, bags)
    bins = _three_levels(machine, frame, settings)
    places = placed(frame, attributes, bins)
    # interpret sets the level of a bag by all rows, also those left out: it is set anew.
    by_bag = []
    for bag, part in enumerate(bags.T):
        contributions = summed(
            {term: scores[bag] for term, scores in _terms(machine, machine.bagged_scores_)}, places
        )
        by_bag.append(contributions + level(contributions[part == 1], outcome[part == 1]))
    tables = dict(_terms(machine, machine.term_scores_))
    log_odds = summed(tables, places)
    log_odds += (intercept := level(log_odds[~left_out], outcome[~left_out]))
    pairs = GlassBox(tuple(attributes), bins, tables, intercept)
    added = GlassBox(tuple(attributes), bins, {}, 0.0)
    added_log_odds = np.zeros(len(frame))
    if settings.triples and len(attributes) >= 3:
        unseen = np.select(list(bags.T == -1), by_bag, 0.0)
        chosen = most_telling(tables, places)
        few = [places[attribute][2][~left_out] for attribute in chosen]
        found = strongest_triples(few, outcome[~left_out], logistic(unseen[~left_out]), settings.triples)
        names = [(chosen[one], chosen[two], chosen[three]) for one, two, three in found]
        tables = _fit_triples(
            frame, attributes, [levels[2] for levels in bins], settings, names, bags, by_bag
        )
        added_log_odds = summed(tables, places)
        shift = level((log_odds + added_log_odds)[~left_out], outcome[~left_out])
        added, added_log_odds = GlassBox(tuple(attributes), bins, tables, shift), added_log_odds + shift
    return FoldModel(pairs, added, log_odds[left_out], added_log_odds[left_out])


def dealt_bags(
    client_keys: pd.Series[str], left_out: np.ndarray[Any, Any], count: int
) -> np.ndarray[Any, np.dtype[np.int8]]:
    """Deal clients into bags: 1 to learn from, -1 to stop by, 0 not to be seen; shape (clients, bags).

    The key decides, not chance: a client more or less in the next extract does not shuffle all others.
    """
    dealt = pd.util.hash_array(client_keys.to_numpy(dtype=object), categorize=False) % count
    bags = np.where(dealt[:, None] == np.arange(count), -1, 1)
    return np.where(left_out[:, None], 0, bags).astype("int8")


def level(log_odds: Floats, outcome: np.ndarray[Any, Any]) -> float:
    """Return what must be added to log-odds for as many to be expected as have churned."""
    from scipy.optimize import brentq

    def too_many(shift: float) -> float:
        return float(logistic(log_odds + shift).mean() - outcome.mean())

    return float(brentq(too_many, -50, 50, xtol=1e-13))


def _three_levels(
    machine: Any,  # noqa: ANN401
    frame: pd.DataFrame,
    settings: TrainingSettings,
) -> tuple[tuple[Cuts, Cuts, Cuts], ...]:
    """Return the bins of each attribute alone, in a pair and, fewer, in a triple: categories or quantiles."""
    steps = np.linspace(0, 1, settings.max_triple_bins + 1)[1:-1]
    bins = []
    for name, levels in zip(machine.feature_names_in_, machine.bins_, strict=True):
        known = frame[name].dropna()
        few = np.unique(np.quantile(known, steps, method="higher")) if is_number(frame, name) else levels[0]
        bins.append((levels[0], levels[-1], few))
    return tuple(bins)


def _fit_triples(
    frame: pd.DataFrame,
    attributes: list[str],
    few: Sequence[Cuts],
    settings: TrainingSettings,
    names: list[tuple[int, int, int]],
    bags: np.ndarray[Any, Any],
    by_bag: list[Floats],
) -> dict[tuple[int, ...], Floats]:
    """Fit triples to what each bag's pairs leave unexplained, and average them."""
    given, outcome = matrix(frame, attributes), frame["is_churned"].to_numpy(dtype="int64")
    sums: dict[tuple[int, ...], Floats] = {}
    for bag, log_odds in enumerate(by_bag):
        machine = _machine(frame, attributes, settings, 1)
        machine.feature_types = [
            "nominal" if isinstance(cuts, Mapping) else [float(cut) for cut in cuts] for cuts in few
        ]
        machine.interactions, machine.exclude = names, "mains"
        _fit(machine, given, outcome, bags[:, [bag]], log_odds)
        for term, scores in _terms(machine, machine.term_scores_):
            sums[term] = sums.get(term, 0.0) + scores / len(by_bag)
    return sums


def _machine(frame: pd.DataFrame, attributes: list[str], settings: TrainingSettings, bags: int) -> Any:  # noqa: ANN401
    from interpret.glassbox import ExplainableBoostingClassifier

    return ExplainableBoostingClassifier(
        feature_names=attributes,
        feature_types=["continuous" if is_number(frame, name) else "nominal" for name in attributes],
        outer_bags=bags,
        max_bins=settings.max_bins,
        max_interaction_bins=settings.max_pair_bins,
        learning_rate=settings.learning_rate,
        early_stopping_rounds=settings.early_stopping_rounds,
        max_rounds=MAX_ROUNDS,
        random_state=settings.seed,
        n_jobs=1,
    )


def _fit(
    machine: Any,  # noqa: ANN401
    given: pd.DataFrame,
    outcome: np.ndarray[Any, Any],
    bags: np.ndarray[Any, Any],
    log_odds: Floats | None = None,
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about columns of few values, which the tests of scores cover
        machine.fit(given, outcome, bags=bags, init_score=log_odds)


def _terms(machine: Any, scores: Sequence[Floats]) -> Iterator[tuple[tuple[int, ...], Floats]]:  # noqa: ANN401
    """Yield each term with its scores."""
    for members, table in zip(machine.term_features_, scores, strict=True):
        yield tuple(members), table


def fit_logistic_regression(frame: pd.DataFrame, outcome: np.ndarray[Any, Any], attributes: list[str]) -> Any:  # noqa: ANN401 - scikit-learn has no types
    """Fit the plain baseline: standardised numbers, medians and a mark for gaps, one column per category."""
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


def baseline_of(frame: pd.DataFrame, others: pd.DataFrame, attributes: list[str]) -> Floats:
    """Predict rows by a logistic regression of others; by the plain churn rate without an attribute.

    Args:
        frame: Rows to learn from.
        others: Rows to predict.
        attributes: Attributes to use.
    """
    outcome = frame["is_churned"].to_numpy(dtype="int64")
    if not attributes:
        return np.full(len(others), outcome.mean())
    with threadpool_limits(limits=1):  # sums in another order are other sums
        model = fit_logistic_regression(frame, outcome, attributes)
        return np.asarray(model.predict_proba(plain(others, attributes))[:, 1])


def baseline_predictions(frame: pd.DataFrame, attributes: list[str]) -> Floats:
    """Predict every fold by a logistic regression of the others; the plain churn rate without an attribute.

    Args:
        frame: The training sample.
        attributes: Attributes to use.

    Returns:
        Probability of churn, in the order of the frame.
    """
    predicted = np.full(len(frame), frame["is_churned"].to_numpy(dtype="int64").mean())
    for fold in frame["fold"].unique() if attributes else []:
        unseen = (frame["fold"] == fold).to_numpy()
        predicted[unseen] = baseline_of(frame[~unseen], frame[unseen], attributes)
    return predicted
