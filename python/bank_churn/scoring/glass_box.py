"""A churn model as what it is: a sum of tables of one, two or three attributes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

Cuts = Mapping[str, int] | np.ndarray[Any, Any]
"""The bins of one attribute: the number of each category, or the bounds between a number's bins."""

Floats = np.ndarray[Any, np.dtype[np.float64]]
Places = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class GlassBox:
    """A sum of tables.

    Attributes:
        attributes: Names, in the order that terms refer to.
        bins: By attribute three sets of bins: alone, in a pair, in a triple.
        terms: By attributes (one, two or three of them) the table of contributions in log-odds.
        intercept: Log-odds where every contribution is 0.
    """

    attributes: tuple[str, ...]
    bins: tuple[tuple[Cuts, Cuts, Cuts], ...]
    terms: Mapping[tuple[int, ...], Floats]
    intercept: float

    def log_odds(self, frame: pd.DataFrame) -> Floats:
        """Return the log-odds of churn of each client; shape (clients,)."""
        places = placed(frame, self.attributes, self.bins)
        return self.intercept + summed(self.terms, places)

    def probability(self, frame: pd.DataFrame) -> Floats:
        """Return the churn probability of each client; shape (clients,)."""
        return logistic(self.log_odds(frame))


def mean_of(models: Sequence[GlassBox]) -> GlassBox:
    """Average models of the same bins; a table that one lacks counts as zeros."""
    terms = sorted({term for model in models for term in model.terms}, key=lambda term: (len(term), term))
    tables = {term: [model.terms[term] for model in models if term in model.terms] for term in terms}
    return GlassBox(
        models[0].attributes,
        models[0].bins,
        {term: np.sum(tables[term], axis=0) / len(models) for term in terms},
        float(np.mean([model.intercept for model in models])),
    )


def logistic(log_odds: Floats) -> Floats:
    """Turn log-odds into probabilities."""
    return 1 / (1 + np.exp(-log_odds))


def placed(
    frame: pd.DataFrame, attributes: Sequence[str], bins: Sequence[Sequence[Cuts]]
) -> list[list[Places]]:
    """Return for every attribute and level the bin that each client falls into."""
    return [
        [places_of(frame[name], cuts) for cuts in levels]
        for name, levels in zip(attributes, bins, strict=True)
    ]


def places_of(values: pd.Series[Any], cuts: Cuts) -> Places:
    """Return the bin of each value: 0 missing; a category never seen has the bin after the last."""
    missing = values.isna().to_numpy()
    if isinstance(cuts, Mapping):
        unseen = max(cuts.values(), default=0) + 1
        found = values.astype(object).map(lambda value: cuts.get(value, unseen)).to_numpy()
    else:
        found = np.searchsorted(np.asarray(cuts), values.to_numpy(dtype="float64"), side="right") + 1
    return np.where(missing, 0, found).astype("int64")


def summed(tables: Mapping[tuple[int, ...], Floats], places: Sequence[Sequence[Places]]) -> Floats:
    """Add up what the tables say of each client."""
    cells: Iterable[Floats] = (
        table[tuple(places[attribute][len(term) - 1] for attribute in term)] for term, table in tables.items()
    )
    return np.asarray(np.sum([np.zeros(len(places[0][0])), *cells], axis=0, dtype="float64"))
