"""A fitted model as rows: its bins, its scores, what is known about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from bank_churn.scoring.settings import SCALE

Row = dict[str, object]

COLUMNS = {
    "portfolio": "str",
    "kind": "str",
    "fingerprint": "str",
    "name": "str",
    "value": "str",
    "feature_1": "str",
    "level_1": "Int64",
    "bin_1": "Int64",
    "feature_2": "str",
    "level_2": "Int64",
    "bin_2": "Int64",
    "bin_kind": "str",
    "lower_bound": "float64",
    "upper_bound": "float64",
    "category": "str",
    "term_number": "Int64",
    "contribution_e12": "Int64",
    "weight": "float64",
}
"""Columns of `int_churn_model_fitted`; kind is metadata (name, value), bin, score or problem (value)."""


def to_rows(model: Any, attributes: list[str]) -> list[Row]:  # noqa: ANN401 - interpret has no types
    """Write a fitted model as rows.

    Args:
        model: A fitted `ExplainableBoostingClassifier`.
        attributes: Its attributes, in the order of its columns.

    Returns:
        Rows of kind bin and score.
    """
    bins = [
        {"kind": "bin", "feature_1": name, "level_1": level} | row
        for name, levels in zip(attributes, model.bins_, strict=True)
        for level, cuts in enumerate(levels)
        for row in bin_rows(cuts)
    ]
    return bins + list(score_rows(model, attributes))


def bin_rows(cuts: Mapping[str, int] | np.ndarray[Any, Any]) -> Iterator[Row]:
    """Yield the bins of one attribute at one level: lower_bound <= value < upper_bound, or a category.

    Bin 0 is for a missing value; a category never seen in training has the bin after the last.
    """
    yield {"bin_1": 0, "bin_kind": "missing"}
    if isinstance(cuts, dict):
        for category, number in sorted(cuts.items(), key=lambda item: (item[1], item[0])):
            yield {"bin_1": number, "bin_kind": "category", "category": category}
        yield {"bin_1": max(cuts.values(), default=0) + 1, "bin_kind": "unseen"}
        return
    bounds = [None, *(float(cut) for cut in np.asarray(cuts)), None]
    for number, (low, high) in enumerate(pairwise(bounds), start=1):
        yield {"bin_1": number, "bin_kind": "number", "lower_bound": low, "upper_bound": high}


def score_rows(model: Any, attributes: list[str]) -> Iterator[Row]:  # noqa: ANN401 - interpret has no types
    """Yield the score of every cell of every term: those of one attribute first, then those of pairs."""
    for number, members in enumerate(model.term_features_, start=1):
        scores, weights = model.term_scores_[number - 1], model.bin_weights_[number - 1]
        # A pair reads the second level of an attribute where there is one.
        levels = [min(len(model.bins_[member]), len(members)) - 1 for member in members]
        for cell in np.ndindex(scores.shape):
            row: Row = {
                "kind": "score",
                "term_number": number,
                "contribution_e12": int(np.rint(scores[cell] * SCALE)),
                "weight": float(weights[cell]),
            }
            for place, (member, level, position) in enumerate(
                zip(members, levels, cell, strict=True), start=1
            ):
                row |= {
                    f"feature_{place}": attributes[member],
                    f"level_{place}": level,
                    f"bin_{place}": position,
                }
            yield row


def metadata_rows(values: Mapping[str, object]) -> list[Row]:
    """Write what is known about a model, one row each; what is None is left out."""
    return [
        {"kind": "metadata", "name": name, "value": str(value)}
        for name, value in values.items()
        if value is not None
    ]


def to_table(rows: list[Row]) -> pd.DataFrame:
    """Put rows into the frame that dbt stores, also when there are none."""
    return pd.DataFrame(
        {name: pd.Series([row.get(name) for row in rows], dtype=dtype) for name, dtype in COLUMNS.items()}
    )
