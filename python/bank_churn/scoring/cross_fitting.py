"""One model a fold, each trained without the fold: their mean scores new clients, each one its own fold's."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bank_churn.running.lifetime import end_with
from bank_churn.scoring.fitting import FoldModel, fit_fold
from bank_churn.scoring.glass_box import Cuts, Floats, GlassBox
from bank_churn.scoring.sample import TrainingSample
from bank_churn.scoring.settings import TrainingSettings

SMALL = 20_000
"""With fewer rows in all, starting processes takes longer than the work."""

TOLD_EVERY = 10.0
"""Seconds from one line about the progress to the next; dbt prints into a pipe, where a bar is no bar."""


@dataclass(frozen=True)
class CrossFit:
    """The models of one portfolio, one a fold in the order of folds, and what they say of their own fold.

    Attributes:
        models: By fold the model that has not seen the fold's clients.
        log_odds: Of each client by the model that has not seen the client, in the order of the frame.
        triples_gain: Mean log-loss a client that triples save out of fold; None where none were looked for.
        triples_gain_error: Its standard error.
    """

    models: list[GlassBox]
    log_odds: Floats
    triples_gain: float | None
    triples_gain_error: float | None


def cross_fit(
    samples: Sequence[TrainingSample], variant: str, settings: TrainingSettings
) -> dict[str, CrossFit]:
    """Train the models of every portfolio without a problem.

    Args:
        samples: Training samples.
        variant: Which attributes may be used, see `sample.left_out`.
        settings: Settings of the training.

    Returns:
        By portfolio, for those that the variant has an attribute for.
    """
    samples = [one for one in samples if not one.problem and one.attributes(settings, variant)]
    tasks = [
        (one.frame, one.attributes(settings, variant), fold, settings)
        for one in samples
        for fold in one.folds()
    ]
    fits = iter(in_processes(fit_fold, tasks))
    return {one.portfolio: joined(one, [next(fits) for _ in one.folds()]) for one in samples}


def joined(sample: TrainingSample, folds: Sequence[FoldModel]) -> CrossFit:
    """Put the models of the folds together, with triples if these predict better for clients not seen."""
    fit = _joined(sample, folds)
    models = [replace(model, intercept=model.intercept + sample.shift) for model in fit.models]
    return replace(fit, models=models, log_odds=fit.log_odds + sample.shift)


def _joined(sample: TrainingSample, folds: Sequence[FoldModel]) -> CrossFit:
    pairs, triples = np.empty(len(sample.frame)), np.empty(len(sample.frame))
    for fold, fitted in zip(sample.folds(), folds, strict=True):
        own = (sample.frame["fold"] == fold).to_numpy()
        pairs[own], triples[own] = fitted.log_odds, fitted.triple_log_odds
    bins = shared_bins([fitted.pairs for fitted in folds])
    models = [replace(fitted.pairs, bins=bins) for fitted in folds]
    if not any(fitted.triples.terms for fitted in folds):
        return CrossFit(models, pairs, None, None)
    saved = log_losses(pairs, sample.outcome()) - log_losses(pairs + triples, sample.outcome())
    gain, error = float(saved.mean()), float(saved.std(ddof=1) / np.sqrt(len(saved)))
    if gain > error:
        models = [
            replace(
                fitted.pairs,
                bins=bins,
                terms={**fitted.pairs.terms, **fitted.triples.terms},
                intercept=fitted.pairs.intercept + fitted.triples.intercept,
            )
            for fitted in folds
        ]
        pairs = pairs + triples
    return CrossFit(models, pairs, gain, error)


def shared_bins(models: Sequence[GlassBox]) -> tuple[tuple[Cuts, Cuts, Cuts], ...]:
    """Return the bins of all models of one portfolio.

    They are the same but for one thing: where none of a model's pairs has an attribute, interpret keeps no
    bins for pairs, and the finer ones of the attribute alone stand in their place.
    """
    return tuple(
        (levels[0][0], min((own[1] for own in levels), key=len), levels[0][2])
        for levels in zip(*(model.bins for model in models), strict=True)
    )


def log_losses(log_odds: Floats, outcome: np.ndarray[Any, Any]) -> Floats:
    """Return the log-loss of each client."""
    return np.asarray(np.logaddexp(0, np.where(outcome == 1, -log_odds, log_odds)))


def in_processes(function: Callable[..., Any], tasks: Sequence[tuple[Any, ...]]) -> list[Any]:
    """Call a function with each tuple of arguments, in as many processes as there are cores, in order.

    The result does not depend on the number of processes: each call has its own arguments and one thread.
    """
    if sum(len(task[0]) for task in tasks) < SMALL:
        return [function(*task) for task in tasks]
    from joblib import Parallel, delayed, parallel_config

    results, told = [], time.monotonic()
    follow = {"initializer": end_with, "initargs": (os.getpid(),)}
    with parallel_config(backend="loky", inner_max_num_threads=1, **follow):
        for result in Parallel(n_jobs=-1, return_as="generator")(delayed(function)(*task) for task in tasks):
            results.append(result)
            if time.monotonic() - told > TOLD_EVERY and len(results) < len(tasks):
                print(f"Churn model: {len(results)} of {len(tasks)} fits done", flush=True)
                told = time.monotonic()
    return results
