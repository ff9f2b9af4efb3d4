"""Which three attributes say something together that their pairs do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, product
from math import prod
from typing import Any

import numpy as np

from bank_churn.scoring.glass_box import Floats, Places

SHRINKAGE = 1.0
"""Added to the weight of each eighth, so that a handful of clients does not decide."""


MOST_ATTRIBUTES = 16
"""Attributes of which triples are looked at: 560 triples, where 40 attributes have 9,880."""

LARGEST = 2_000
"""Cells of a table, at most: more nobody reads, and too few clients fill them."""


def most_telling(tables: Mapping[tuple[int, ...], Floats], places: Sequence[Sequence[Places]]) -> list[int]:
    """Choose the attributes that a model of attributes and pairs makes most of.

    Args:
        tables: Contributions by term: the numbers of its attributes.
        places: By attribute the bin of each client alone, in a pair and in a triple.

    Returns:
        The numbers of at most `MOST_ATTRIBUTES`, in order: by how much the terms with an attribute move the
        clients' log-odds on average.
    """
    moved = np.zeros(len(places))
    for term, table in tables.items():
        spread = np.abs(table[tuple(places[attribute][len(term) - 1] for attribute in term)]).mean()
        moved[list(term)] += spread
    return sorted(np.argsort(-moved, kind="stable")[:MOST_ATTRIBUTES].tolist())


def strongest_triples(
    places: Sequence[Places], outcome: np.ndarray[Any, Any], probability: Floats, count: int
) -> list[tuple[int, int, int]]:
    """Rank triples of attributes by how well eighths explain what the pairs leave unexplained.

    FAST of Lou, Caruana, Gehrke, Hooker (2013), KDD, one attribute further: each attribute is cut once, in
    every possible place, and the best cut of the three makes eight groups of clients. The gain is what a step
    of Newton takes off the log-loss: sum of (sum of residuals)² / (sum of p (1 - p)) over the eighths.

    Args:
        places: By attribute the bin of each client in few bins.
        outcome: 1 = churned.
        probability: Of a model with pairs that has not seen the client's outcome.
        count: Triples to return, at most.

    Returns:
        The strongest triples first, attributes by number.
    """
    gradient, weight = outcome - probability, probability * (1 - probability)
    gains = {
        triple: _gain([places[attribute] for attribute in triple], gradient, weight)
        for triple in combinations(range(len(places)), 3)
    }
    return sorted(gains, key=lambda triple: (-gains[triple], triple))[:count]


def _gain(places: Sequence[Places], gradient: Floats, weight: Floats) -> float:
    shape = [int(place.max()) + 1 for place in places]
    if min(shape) < 2 or prod(shape) > LARGEST:
        return 0.0
    cell = np.ravel_multi_index(tuple(places), shape)
    size = prod(shape)
    pulls, weights = (
        _eighths(np.bincount(cell, values, size).astype("float64").reshape(shape))
        for values in (gradient, weight)
    )
    return float((pulls**2 / (weights + SHRINKAGE)).sum(axis=0).max())


def _eighths(table: Floats) -> Floats:
    """Return the sum of each eighth for every place of the three cuts; shape (8, cuts, cuts, cuts)."""
    below = table
    for axis in range(3):
        below = below.cumsum(axis)
    sums = []
    for sides in product((False, True), repeat=3):
        part = below
        for axis, upper in enumerate(sides):
            last = part.shape[axis] - 1
            lower = part.take(range(last), axis)
            part = part.take([last], axis) - lower if upper else lower
        sums.append(part)
    return np.stack(sums)
