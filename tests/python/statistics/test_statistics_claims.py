"""A claim that one attribute matters most, against a bootstrap of clients and at its bounds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from bank_churn.statistics.judgement.claims import explained_difference, judge_claim
from bank_churn.statistics.judgement.drivers import rank_drivers
from raw_clients import seed
from scipy.stats.contingency import association


def made_up(strengths: dict[str, float], *, clients: int = 4_000, number: int = 1) -> pd.DataFrame:
    """Clients with yes/no attributes that move churn by so much; no row comes from a real bank."""
    draw = np.random.default_rng(number)
    rows = pd.DataFrame({name: draw.integers(0, 2, clients) for name in strengths})
    risk = 0.3 + sum(strength * (rows[name] - 0.5) for name, strength in strengths.items())
    churned = (draw.random(clients) < risk).astype(int)
    return rows.astype(str).assign(known_churn_count=1, churned_count=churned)


def drivers(cells: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    tables = pd.concat(
        cells.groupby(name)[["known_churn_count", "churned_count"]]
        .sum()
        .rename_axis("value")
        .reset_index()
        .assign(
            portfolio="p",
            attribute=name,
            stayed_count=lambda rows: rows["known_churn_count"] - rows["churned_count"],
        )
        for name in names
    )
    return rank_drivers(tables=tables, effect_floors=seed("effect_floors"))


def test_the_interval_is_that_of_a_bootstrap_of_clients():
    cells = made_up({"age": 0.3, "city": 0.2})
    found = explained_difference(cells, "age", "city", 0.05)
    draw, differences = np.random.default_rng(2), []
    for _ in range(400):
        rows = cells.iloc[draw.integers(0, len(cells), len(cells))]
        first, second = (
            association(pd.crosstab(rows[name], rows["churned_count"]).to_numpy(), correction=False) ** 2
            for name in ("age", "city")
        )
        differences.append(first - second)
    spread = np.std(differences) * 1.96
    assert found[0] == pytest.approx(np.mean(differences), abs=0.003)
    assert (found[2] - found[1]) / 2 == pytest.approx(spread, rel=0.12)


@pytest.mark.parametrize(
    ("strengths", "verdict"),
    [
        ({"age": 0.4, "city": 0.1, "gender": 0.0}, "strongest"),
        ({"age": 0.1, "city": 0.4, "gender": 0.0}, "not_strongest"),
        ({"age": 0.2, "city": 0.2, "gender": 0.0}, "unclear"),
        ({"age": 0.0, "city": 0.0, "gender": 0.0}, "unclear"),
    ],
)
def test_a_claim_is_right_wrong_or_not_clear(strengths: dict[str, float], verdict: str):
    cells = made_up(strengths)
    found = judge_claim("age", cells, drivers(cells, list(strengths)), alpha=0.05)
    assert found["verdict"] == verdict
    assert found["comparison_count"] == 2


def test_an_attribute_that_is_no_driver_cannot_be_judged():
    cells = made_up({"age": 0.4, "city": 0.1})
    assert judge_claim("salary", cells, drivers(cells, ["age", "city"]), alpha=0.05) == {
        "verdict": "not_computable"
    }


def test_chance_alone_makes_no_attribute_matter_most():
    """No attribute goes with churn: of 60 made-up portfolios hardly one has a claim that is decided."""
    names = ["age", "city", "gender"]
    verdicts = []
    for number in range(60):
        cells = made_up(dict.fromkeys(names, 0.0), clients=1_000, number=number)
        verdicts.append(judge_claim("age", cells, drivers(cells, names), alpha=0.05)["verdict"])
    assert verdicts.count("unclear") >= 57
