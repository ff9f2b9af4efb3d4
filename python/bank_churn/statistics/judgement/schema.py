"""Columns and types of the frames that leave this package."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

TEXT, REAL, COUNT, FLAG = "str", "float64", "Int64", "boolean"

GROUPS = {"group_attribute": TEXT, "group_a": TEXT, "group_b": TEXT}
SIZES = {
    "n_a": COUNT,
    "n_b": COUNT,
    "n_total": COUNT,
    "group_count": COUNT,
    "is_small_group": FLAG,
    "estimate_a": REAL,
    "estimate_b": REAL,
    "difference": REAL,
    "ci_low": REAL,
    "ci_high": REAL,
}
TEST = {
    "test_name": TEXT,
    "statistic": REAL,
    "degrees_of_freedom": REAL,
    "p_value": REAL,
    "log10_p": REAL,
    "p_value_adjusted": REAL,
    "correction": TEXT,
    "comparison_count": COUNT,
    "is_significant": FLAG,
}
EFFECT = {
    "effect_size_name": TEXT,
    "effect_size": REAL,
    "effect_ci_low": REAL,
    "effect_ci_high": REAL,
    "effect_floor": REAL,
    "effect_magnitude": TEXT,
    "smallest_detectable_effect": REAL,
}
COMPANION = {
    "companion_test_name": TEXT,
    "companion_statistic": REAL,
    "companion_p_value": REAL,
    "companion_p_value_adjusted": REAL,
    "companion_disagreement": TEXT,
    "companion_effect_size_name": TEXT,
    "companion_effect_size": REAL,
    "companion_effect_ci_low": REAL,
    "companion_effect_ci_high": REAL,
    "companion_reason": TEXT,
}
VERDICT = {"verdict": TEXT, "reason": TEXT}
FIGURES = SIZES | TEST | EFFECT | COMPANION | VERDICT

HYPOTHESIS_RESULTS = (
    {
        "portfolio": TEXT,
        "cleaning_scenario": TEXT,
        "hypothesis_id": TEXT,
        "statement_ru": TEXT,
        "statement_en": TEXT,
        "metric": TEXT,
        "kind": TEXT,
    }
    | GROUPS
    | {
        "filter": TEXT,
        "group_a_label_ru": TEXT,
        "group_a_label_en": TEXT,
        "group_b_label_ru": TEXT,
        "group_b_label_en": TEXT,
    }
    | FIGURES
    | {
        "share_of_a": REAL,
        "share_of_a_ci_low": REAL,
        "share_of_a_ci_high": REAL,
        "highest_group": TEXT,
        "highest_estimate": REAL,
        "lowest_group": TEXT,
        "lowest_estimate": REAL,
        "equivalence_margin": REAL,
        "equivalence_p_value": REAL,
        "equivalence_p_value_adjusted": REAL,
        "is_equivalent": FLAG,
        "stratified_attribute": TEXT,
        "stratified_stratum_count": COUNT,
        "stratified_odds_ratio": REAL,
        "stratified_ci_low": REAL,
        "stratified_ci_high": REAL,
        "stratified_p_value": REAL,
        "stratified_homogeneity_p_value": REAL,
        "stratified_reason": TEXT,
        "reversal_p_value": REAL,
        "reversal_p_value_adjusted": REAL,
        "direction_reverses": FLAG,
        "strata_higher": TEXT,
        "strata_lower": TEXT,
        "strata_unclear": TEXT,
        "simpson_warning": FLAG,
        "simpson_change": TEXT,
        "conclusion_ru": TEXT,
        "conclusion_en": TEXT,
    }
)
"""One row: portfolio, cleaning scenario, hypothesis."""

ATTRIBUTE_SCREEN = (
    {"portfolio": TEXT, "comparison_id": TEXT, "family": TEXT, "metric": TEXT} | GROUPS | FIGURES
)
"""One row: portfolio, metric, pair of groups."""

CHURN_DRIVERS = {
    "portfolio": TEXT,
    "attribute": TEXT,
    "rank": COUNT,
    "importance": REAL,
    "cramers_v": REAL,
    "cramers_v_ci_low": REAL,
    "cramers_v_ci_high": REAL,
    "effect_magnitude": TEXT,
    "information_value": REAL,
    "client_count": COUNT,
    "churned_count": COUNT,
    "value_count": COUNT,
    "statistic": REAL,
    "degrees_of_freedom": REAL,
    "p_value": REAL,
    "log10_p": REAL,
    "p_value_adjusted": REAL,
    "correction": TEXT,
    "comparison_count": COUNT,
    "is_significant": FLAG,
    "verdict": TEXT,
    "reason": TEXT,
}
"""One row: portfolio, attribute."""


def to_frame(rows: Sequence[Mapping[str, object]], columns: Mapping[str, str]) -> pd.DataFrame:
    """Put rows into a frame with exactly these columns and types, also when there are no rows.

    Args:
        rows: One mapping per row; absent columns become null.
        columns: Column → pandas dtype.

    Returns:
        The frame, columns in the given order.
    """
    series = {
        name: pd.Series([_null_nan(row.get(name)) for row in rows], dtype=dtype)
        for name, dtype in columns.items()
    }
    return pd.DataFrame(series, columns=list(columns))


def _null_nan(value: object) -> object:
    return None if isinstance(value, float) and value != value else value
