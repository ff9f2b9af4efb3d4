"""Fixtures: the seeds, made-up portfolios and their sufficient statistics."""

import numpy as np
import pandas as pd
import pytest
from raw_clients import seed, sufficient_frames, with_derived

CITIES = ["Ростов Великий", "Рыбинск", "Ярославль"]


def make_clients(n, *, random_state):
    """Draw a made-up portfolio with effects of every kind; no row comes from a real bank."""
    draw = np.random.default_rng(random_state)
    age = draw.integers(18, 90, n).astype(float)
    products = draw.choice([1, 2, 3, 4], n, p=[0.4, 0.4, 0.15, 0.05])
    active = draw.integers(0, 2, n)
    risk = 0.05 + 0.004 * (age - 18) + 0.08 * (products - 1) - 0.05 * active
    balance = np.where(draw.random(n) < 0.3, np.nan, draw.lognormal(11, 1, n))
    return with_derived(
        pd.DataFrame(
            {
                "credit_score": draw.normal(650, 90, n).round(),
                "city": draw.choice(CITIES, n),
                "gender": draw.choice(["female", "male"], n),
                "age": age,
                "property_points": draw.integers(0, 11, n),
                "balance": balance,
                "product_count": products,
                "has_credit_card": draw.integers(0, 2, n),
                "is_active": active,
                "estimated_salary": draw.lognormal(11, 0.8, n),
                "is_churned": (draw.random(n) < risk).astype(int),
            }
        )
    )


@pytest.fixture(scope="session")
def seeds():
    return {name: seed(name) for name in ("hypotheses", "effect_floors", "labels")}


@pytest.fixture(scope="session")
def portfolios():
    return {
        "north": make_clients(3000, random_state=1),
        "south": make_clients(400, random_state=2).query("product_count < 4"),
    }


@pytest.fixture(scope="session")
def frames(portfolios, seeds):
    return sufficient_frames(portfolios, seeds["hypotheses"], screen=True)
