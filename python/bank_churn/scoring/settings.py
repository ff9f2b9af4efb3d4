"""What the training is told by vars of dbt_project.yml."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

ROW_KEYS = ("client_key", "fold", "is_churned")
"""What a row of `int_churn_model_sample` is besides attributes."""

FORECAST_KEYS = ("client_id", "outcome_share", "is_representative", "is_before_last")
"""What a client's state in one month is further: whose it is, what share of the leavers, or of those who
stayed, are learnt from, whether it is one of so many of each as give the shares of all clients, and whether
its outcome was known on the day of the last state."""

SAMPLE_KEYS = ("portfolio", *ROW_KEYS, *FORECAST_KEYS, "horizon_days", "is_trained_on", "is_last", "is_asked")
"""The columns of `int_churn_model_sample` that are no attributes."""

PROTECTED = ("gender", "age")

METHOD = "3"
"""Raised when the code changes what the same data and settings give, so that no standing model is reused."""

SCALE = 10**12
"""Contributions are whole numbers of 1e-12 log-odds: their sums are the same in any order on any engine."""


@dataclass(frozen=True)
class TrainingSettings:
    """Settings of the training.

    Attributes:
        outer_bags: Models averaged in the machine of each fold.
        pairs: Pairs of attributes with a table of their own that each fold may choose.
        max_bins: Bins of a number alone.
        max_pair_bins: Bins of a number inside a pair.
        triples: Triples of attributes with a table of their own that each fold may find; 0 = none.
        max_triple_bins: Bins of a number inside a triple.
        learning_rate: Step of the boosting.
        early_stopping_rounds: Rounds without a gain after which a bag stops.
        seed: Seed of the bags.
        min_clients: Fewer clients with known churn are not modelled.
        min_per_outcome: Fewer churned, or fewer remaining, clients are not modelled.
        excluded_attributes: Attributes that no variant may use.
        folder: Folder of an exported model to use instead of training; empty = train.
    """

    outer_bags: int
    pairs: int
    max_bins: int
    max_pair_bins: int
    triples: int
    max_triple_bins: int
    learning_rate: float
    early_stopping_rounds: int
    seed: int
    min_clients: int
    min_per_outcome: int
    excluded_attributes: tuple[str, ...] = ()
    folder: str = ""

    @classmethod
    def from_json(cls, text: str) -> TrainingSettings:
        """Read the settings from the JSON that the `meta` of a dbt model holds.

        Args:
            text: An object with a value for each attribute.

        Returns:
            The settings; the order of excluded attributes does not matter.
        """
        given = json.loads(text)
        return cls(**given | {"excluded_attributes": tuple(sorted(given.get("excluded_attributes", ())))})

    def as_text(self) -> str:
        """Write what decides the result, as one line of JSON; where the model comes from is no part of it."""
        decisive = {name: value for name, value in asdict(self).items() if name != "folder"}
        return json.dumps({"method": METHOD} | decisive, sort_keys=True)
