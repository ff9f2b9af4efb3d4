"""Forecasts as they would have been made each month, from the states that a build has kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from bank_churn.scoring.cross_fitting import cross_fit
from bank_churn.scoring.glass_box import Floats, mean_of
from bank_churn.scoring.sample import TrainingSample, split_portfolios
from bank_churn.scoring.settings import ROW_KEYS, TrainingSettings

HAZARD, WOMEN, MANY_PRODUCTS, VANISHING = 0.02, 1.5, 3.0, 0.004
"""What the generated months are made from, see `bank_churn.demo.months.Truth`."""


def true_probability(states: pd.DataFrame) -> Floats:
    """The chance of leaving within a month, by the hazards that the months were generated with."""
    hazard = (
        HAZARD
        * np.where(states["gender"] == "female", WOMEN, 1.0)
        * np.where(states["product_count"] >= 3, MANY_PRODUCTS, 1.0)
    )
    return np.asarray(1 - (1 - hazard) * (1 - VANISHING), dtype="float64")


def sample_of(states: pd.DataFrame, month: int, size: int, settings: TrainingSettings) -> TrainingSample:
    """What would have been learnt from when the month began: all leavers, and others up to the size."""
    before = states[states["month"] < month].sort_values("client_key")
    leavers, others = before[before["is_leaver"]], before[~before["is_leaver"]]
    taken = others.head(size - len(leavers))
    frame = pd.concat([leavers, taken]).assign(portfolio="metanprom", is_before_last=False, is_last=False)
    frame["is_churned"] = frame["is_leaver"].astype(int)
    frame["outcome_share"] = np.where(frame["is_leaver"], 1.0, len(taken) / len(others))
    people = {one: place for place, one in enumerate(sorted(frame["client_id"].unique()))}
    frame["fold"] = frame["client_id"].map(people) % 5 + 1
    frame = frame.assign(is_trained_on=True, is_representative=True)
    columns = [name for name in frame.columns if name not in ("month", "is_leaver")]
    return next(split_portfolios(frame[columns], ["metanprom"], settings))


def foretold(states: pd.DataFrame, month: int, size: int, settings: TrainingSettings) -> Floats:
    """The probabilities of a month's clients, by a model of the months before."""
    sample = sample_of(states, month, size, settings)
    fit = cross_fit([sample], "ebm", settings)["metanprom"]
    return mean_of(fit.models).probability(states[states["month"] == month])


def resembling(clients: pd.DataFrame, states: pd.DataFrame, settings: TrainingSettings) -> Floats:
    """How much a month's clients resemble those who had left by then: the model of one extract."""
    frame = clients.assign(fold=np.arange(len(clients)) % 5 + 1)
    attributes = [name for name in clients.columns if name not in ROW_KEYS]
    sample = next(split_portfolios(frame.assign(portfolio="metanprom"), ["metanprom"], settings))
    rows = frame[[*ROW_KEYS, *attributes]].sort_values("client_key", ignore_index=True)
    sample = replace(sample, frame=rows)
    fit = cross_fit([sample], "ebm", settings)["metanprom"]
    own = dict(zip(sample.frame["client_key"], fit.log_odds, strict=True))
    return np.asarray(states["state_key"].map(own), dtype="float64")


def level_variance(counts: pd.DataFrame) -> float:
    """Relative variance of a month's number of leavers beyond chance, as `int_forecast_levels` has it."""
    people, left = counts["people"].to_numpy(dtype="float64"), counts["left"].to_numpy(dtype="float64")
    rate = left.sum() / people.sum()
    excess = 0.0
    if len(people) > 1:
        squares = ((left - people * rate) ** 2).sum() * len(people) / (len(people) - 1)
        excess = max((squares - people.sum() * rate * (1 - rate)) / ((people * rate) ** 2).sum(), 0.0)
    return float(excess + (1 - rate) / left.sum())
