"""The registry's errors as data, for callers that must not raise: dbt shows a raised error as a traceback."""

from __future__ import annotations

import pandas as pd

from bank_churn.statistics.registry.attributes import read_attributes
from bank_churn.statistics.registry.checks import validate_registry
from bank_churn.statistics.registry.hypotheses import RegistryError
from bank_churn.words.labels import Labels


def registry_problems(
    *, registry: pd.DataFrame, labels: pd.DataFrame, attributes: pd.DataFrame, moments: pd.DataFrame
) -> list[str]:
    """Say what is wrong with the registry of hypotheses.

    Args:
        registry: `seeds/hypotheses.csv`.
        labels: `seeds/labels.csv`; its group values count as known even where no portfolio has them.
        attributes: `client_attributes`.
        moments: `metric_moments`, for the group values that exist.

    Returns:
        The first problem as one sentence, or nothing.
    """
    known_groups = pd.concat([moments[["group_attribute", "group_value"]], Labels(labels).known_groups()])
    try:
        validate_registry(
            registry, attributes=read_attributes(attributes), known_groups=known_groups.drop_duplicates()
        )
    except RegistryError as error:
        return [str(error)]
    return []
