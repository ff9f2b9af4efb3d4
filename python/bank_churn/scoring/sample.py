"""The clients of one portfolio that a model is trained on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from bank_churn.scoring.settings import FORECAST_KEYS, PROTECTED, ROW_KEYS, SAMPLE_KEYS, TrainingSettings


@dataclass(frozen=True)
class TrainingSample:
    """One portfolio's clients with known churn, in the order of their keys.

    With months these are states of clients in one month each, and churn is leaving within the horizon.

    Attributes:
        portfolio: Name of the portfolio.
        frame: client_key, fold, is_churned and all attributes; missing stays missing. With months also
            `FORECAST_KEYS`.
        fingerprint: Digest of the rows, the settings and the versions of the libraries.
        problem: Why no model can be trained, or None.
        horizon_days: Days within which leaving is forecast; None without months.
        last: States of the last month whose outcome is known, to be foretold by the months before.
        asked: States of today, whose outcome nobody knows yet.
    """

    portfolio: str
    frame: pd.DataFrame
    fingerprint: str
    problem: str | None
    horizon_days: int | None = None
    last: pd.DataFrame | None = None
    asked: pd.DataFrame | None = None

    def predictions_fingerprint(self, settings: TrainingSettings) -> str:
        """Digest what decides the predictions: those asked about today too, whom no model is trained on."""
        return (
            self.fingerprint if self.asked is None else fingerprint([self.asked], settings, self.fingerprint)
        )

    @property
    def model_version(self) -> str:
        """The version that scores carry: the beginning of the fingerprint."""
        return self.fingerprint[:12]

    def attributes(self, settings: TrainingSettings, variant: str = "ebm") -> list[str]:
        """Return the attributes that a variant may use: not excluded, and with two values at least."""
        return usable_attributes(self.frame, left_out(settings, variant))

    def folds(self) -> list[int]:
        """Return the numbers of the folds, in order."""
        return sorted(int(fold) for fold in self.frame["fold"].unique())

    @property
    def shift(self) -> float:
        """What the log-odds of the sample are off by, since not the same share is taken of both outcomes.

        King, Zeng (2001), Logistic regression in rare events data, Political Analysis 9: prior correction.
        """
        if self.horizon_days is None:
            return 0.0
        shares = self.frame.groupby("is_churned")["outcome_share"].first()
        return float(np.log(shares[0] / shares[1]))

    def representative(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Tell which rows have the outcomes in the shares of all clients; shape (clients,)."""
        if self.horizon_days is None:
            return np.ones(len(self.frame), dtype=bool)
        return self.frame["is_representative"].to_numpy(dtype=bool)

    def before_last(self, settings: TrainingSettings) -> TrainingSample:
        """Return what a forecast of the last month could have learnt from."""
        frame = self.frame[self.frame["is_before_last"].to_numpy(dtype=bool)].reset_index(drop=True)
        return replace(self, frame=frame, problem=find_problem(frame, settings))

    def outcome(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Return 1 for churned, 0 for remaining; shape (clients,)."""
        return self.frame["is_churned"].to_numpy(dtype="int64")


def left_out(settings: TrainingSettings, variant: str) -> set[str]:
    """Return the attributes that a variant must not use."""
    protected = PROTECTED if variant == "ebm_without_gender_and_age" else ()
    return {*settings.excluded_attributes, *protected}


def usable_attributes(frame: pd.DataFrame, excluded: set[str]) -> list[str]:
    """Return the attributes that tell clients apart: one with the same value for all does not."""
    return [
        name
        for name in attributes_of(frame)
        if name not in excluded and frame[name].nunique(dropna=False) > 1
    ]


def attributes_of(frame: pd.DataFrame) -> list[str]:
    """Return a sample's attributes, in the order of its columns."""
    return [str(name) for name in frame.columns if name not in SAMPLE_KEYS]


def is_number(frame: pd.DataFrame, name: str) -> bool:
    """Whether an attribute is a number: the sample holds numbers as fractions, categories as text."""
    return pd.api.types.is_float_dtype(frame[name])


def matrix(frame: pd.DataFrame, attributes: list[str]) -> pd.DataFrame:
    """Put attributes into the form interpret reads fastest: numbers as float, texts as categories, or null.

    Args:
        frame: One row per client.
        attributes: Columns to take, in this order.

    Returns:
        Shape (clients, attributes).
    """
    return pd.DataFrame(
        {name: frame[name].astype("float64" if is_number(frame, name) else "category") for name in attributes}
    )


def split_portfolios(
    sample: pd.DataFrame, portfolios: list[str], settings: TrainingSettings
) -> Iterator[TrainingSample]:
    """Yield the training sample of every portfolio, in alphabetical order.

    Args:
        sample: `int_churn_model_sample`.
        portfolios: The portfolios that have clients, also those of which none can be trained on.
        settings: Settings of the training.
    """
    for portfolio in sorted(portfolios):
        own = sample[sample["portfolio"] == portfolio].sort_values("client_key", ignore_index=True)
        if "horizon_days" in own and own["horizon_days"].notna().any():
            yield _of_months(portfolio, own, settings)
            continue
        own = own[[*ROW_KEYS, *_supplied(own)]]
        yield TrainingSample(portfolio, own, fingerprint([own], settings), find_problem(own, settings))


def _of_months(portfolio: str, own: pd.DataFrame, settings: TrainingSettings) -> TrainingSample:
    horizon_days = int(own["horizon_days"].iloc[0])
    parts = [own[own[part].to_numpy(dtype=bool)] for part in ("is_trained_on", "is_last", "is_asked")]
    columns = [*ROW_KEYS, *FORECAST_KEYS, *_supplied(parts[0])]
    frame, last, asked = (part[columns].reset_index(drop=True) for part in parts)
    digest = fingerprint([frame, last], settings, f" {horizon_days}")
    problem = find_problem(frame, settings)
    return TrainingSample(portfolio, frame, digest, problem, horizon_days, last, asked)


def _supplied(own: pd.DataFrame) -> list[str]:
    """Return the attributes that a bank supplies: no other is its model's, whatever other banks add."""
    return [name for name in attributes_of(own) if own[name].notna().any()]


def fingerprint(frames: Sequence[pd.DataFrame], settings: TrainingSettings, further: str = "") -> str:
    """Digest everything that decides the result, so that equal fingerprints mean equal models."""
    from importlib.metadata import version

    libraries = " ".join(f"{name} {version(name)}" for name in ("interpret-core", "numpy", "scikit-learn"))
    digest = hashlib.md5(f"{settings.as_text()} {libraries}{further}".encode(), usedforsecurity=False)
    for frame in frames:
        for name in frame.columns:
            values = frame[name].astype("float64") if is_number(frame, name) else frame[name].astype(str)
            hashed = pd.util.hash_pandas_object(values, index=False, categorize=False)
            digest.update(name.encode() + hashed.to_numpy().tobytes())
    return digest.hexdigest()


def find_problem(frame: pd.DataFrame, settings: TrainingSettings) -> str | None:
    """Say by a code why no model can be trained on these clients, or None."""
    churned = int(frame["is_churned"].sum())
    rarer = min(churned, len(frame) - churned)
    if len(frame) == 0:
        return "no_known_churn"
    if rarer == 0:
        return "one_outcome_only"
    if len(frame) < settings.min_clients or frame["fold"].nunique() < frame["fold"].max():
        return "too_few_clients"
    if rarer < settings.min_per_outcome:
        return "too_few_of_one_outcome"
    if any(frame.loc[frame["fold"] != fold, "is_churned"].nunique() < 2 for fold in frame["fold"].unique()):
        return "too_few_of_one_outcome"
    if not usable_attributes(frame, left_out(settings, "ebm")):
        return "no_usable_attributes"
    return None
