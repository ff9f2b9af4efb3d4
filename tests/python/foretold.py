"""Forecasts as they would have been made each month, from the states that a build has kept."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from bank_churn.scoring.cross_fitting import cross_fit
from bank_churn.scoring.glass_box import Floats, mean_of
from bank_churn.scoring.sample import TrainingSample, split_portfolios
from bank_churn.scoring.settings import TrainingSettings

HAZARD, WOMEN, MANY_PRODUCTS, VANISHING = 0.02, 1.5, 3.0, 0.004
"""What the generated months are made from, see `bank_churn.demo.months.Truth`."""

CHANGES = ("balance_gained", "products_gained", "became_inactive")
"""What has changed since the month before."""


def states_of(folder: Path) -> pd.DataFrame:
    """The states of generated extracts of Metanprom, and who had left or was gone a month later."""
    with duckdb.connect() as connection:
        return connection.execute(
            f"""
            with rows as (
                select
                    userid as client_id, cast(Age as double) as age, cast(score as double) as credit_score,
                    cast(Objects as double) as property_points, cast(Balance as double) as balance,
                    cast(Products as double) as product_count,
                    cast(estimated_salary as double) as estimated_salary, City as city,
                    if(Gender = 'Ж', 'female', 'male') as gender, CreditCard as has_credit_card,
                    Loyalty as is_active, Churn = '1' as has_left,
                    dense_rank() over (order by filename) as month
                from read_csv('{folder}/*.csv', filename = true, all_varchar = true)
            )
            select
                md5(concat(now.client_id, now.month)) as client_key, now.* exclude (has_left),
                now.balance - before.balance as balance_gained,
                now.product_count - before.product_count as products_gained,
                cast(before.is_active = '1' and now.is_active = '0' as varchar) as became_inactive,
                30 as horizon_days, coalesce(later.has_left, true) as is_leaver
            from rows as now
            left join rows as before
                on now.client_id = before.client_id and now.month = before.month + 1 and not before.has_left
            left join rows as later on now.client_id = later.client_id and now.month + 1 = later.month
            where not now.has_left and now.month < (select max(month) from rows)
            """
        ).df()


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
    frame = pd.concat([leavers, taken]).assign(
        portfolio="metanprom", is_before_last=False, is_last=False, is_asked=False
    )
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


def level_variance(counts: pd.DataFrame) -> float:
    """Relative variance of a month's number of leavers beyond chance, as `int_forecast_levels` has it."""
    people, left = counts["people"].to_numpy(dtype="float64"), counts["left"].to_numpy(dtype="float64")
    rate = left.sum() / people.sum()
    excess = 0.0
    if len(people) > 1:
        squares = ((left - people * rate) ** 2).sum() * len(people) / (len(people) - 1)
        excess = max((squares - people.sum() * rate * (1 - rate)) / ((people * rate) ** 2).sum(), 0.0)
    return float(excess + (1 - rate) / left.sum())
