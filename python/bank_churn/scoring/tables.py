"""A fitted model as rows: its bins, its scores, what is known about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from bank_churn.scoring.glass_box import Cuts, Floats, GlassBox, placed
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
    "bin_2": "Int64",
    "feature_3": "str",
    "bin_3": "Int64",
    "bin_kind": "str",
    "lower_bound": "float64",
    "upper_bound": "float64",
    "category": "str",
    "fold": "Int64",
    "term_number": "Int64",
    "cell_number": "Int64",
    "contribution_e12": "Int64",
    "weight": "float64",
}
"""Columns of `int_churn_model_fitted`; kind is metadata (name, value), bin, score (of a cell, in the
model of new clients: fold 0), fold_score and fold_intercept (without the fold), certainty (bin_1 is the step
of probability, value the standard error) or problem (value)."""


def model_table(models: Sequence[GlassBox], frame: pd.DataFrame) -> pd.DataFrame:
    """Write models of the same bins as rows: the bins, cells of the first, contributions of the others.

    Args:
        models: The mean that scores new clients, then the model of each fold.
        frame: The clients trained on, to count those in each cell.

    Returns:
        Rows of kind bin, score (fold 0: with attributes, bins and count) and fold_score (cell number only).
    """
    first = models[0]
    places = placed(frame, first.attributes, first.bins)
    tables, start = [to_table(bins_of(first))], 1
    for number, (term, table) in enumerate(first.terms.items(), start=1):
        cells = np.indices(table.shape).reshape(len(term), -1)
        inside = np.ravel_multi_index([places[one][len(term) - 1] for one in term], table.shape)
        cell_numbers = start + np.arange(table.size)
        tables.append(
            frame_of(
                kind="score",
                fold=0,
                term_number=number,
                cell_number=cell_numbers,
                contribution_e12=scaled(table),
                weight=np.bincount(inside, minlength=table.size).astype("float64"),
                **{f"feature_{place}": first.attributes[one] for place, one in enumerate(term, start=1)},
                **{f"bin_{place}": cells[place - 1] for place in range(1, len(term) + 1)},
            )
        )
        tables += [
            frame_of(
                kind="fold_score",
                fold=fold,
                cell_number=cell_numbers,
                contribution_e12=scaled(model.terms.get(term, np.zeros(table.shape))),
            )
            for fold, model in enumerate(models[1:], start=1)
        ]
        start += table.size
    intercepts: list[Row] = [
        {"kind": "fold_intercept", "fold": fold, "contribution_e12": int(np.rint(model.intercept * SCALE))}
        for fold, model in enumerate(models[1:], start=1)
    ]
    intercepts += metadata_rows({"intercept_e12": int(np.rint(first.intercept * SCALE))})
    return pd.concat([to_table(intercepts), *tables], ignore_index=True)


def scaled(table: Floats) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return contributions as whole numbers of 1e-12 log-odds."""
    return np.rint(table.ravel() * SCALE).astype("int64")


def bins_of(model: GlassBox) -> list[Row]:
    """Return the bins of every attribute at every level: alone, in a pair, in a triple."""
    return [
        {"kind": "bin", "feature_1": name, "level_1": level} | row
        for name, levels in zip(model.attributes, model.bins, strict=True)
        for level, cuts in enumerate(levels)
        for row in bin_rows(cuts)
    ]


def bin_rows(cuts: Cuts) -> Iterator[Row]:
    """Yield the bins of one attribute at one level: lower_bound <= value < upper_bound, or a category.

    Bin 0 is for a missing value; a category never seen in training has the bin after the last.
    """
    yield {"bin_1": 0, "bin_kind": "missing"}
    if isinstance(cuts, Mapping):
        for category, number in sorted(cuts.items(), key=lambda item: (item[1], item[0])):
            yield {"bin_1": number, "bin_kind": "category", "category": category}
        yield {"bin_1": max(cuts.values(), default=0) + 1, "bin_kind": "unseen"}
        return
    bounds = [None, *(float(cut) for cut in np.asarray(cuts)), None]
    for number, (low, high) in enumerate(pairwise(bounds), start=1):
        yield {"bin_1": number, "bin_kind": "number", "lower_bound": low, "upper_bound": high}


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


def frame_of(**columns: object) -> pd.DataFrame:
    """Put columns, or single values for all rows, into the frame that dbt stores."""
    given = pd.DataFrame(columns)
    return given.reindex(columns=list(COLUMNS)).astype(COLUMNS)
