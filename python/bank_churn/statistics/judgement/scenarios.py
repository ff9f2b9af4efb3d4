"""How much the conclusions depend on cleaning: the rows of `hypothesis_sensitivity`."""

from __future__ import annotations

import pandas as pd

from bank_churn.statistics.judgement.schema import HYPOTHESIS_RESULTS, TEXT

SCENARIOS = ("keep_all", "drop_missing_balance")
COMPARED = (
    "n_total",
    "estimate_a",
    "estimate_b",
    "share_of_a",
    "difference",
    "ci_low",
    "ci_high",
    "p_value_adjusted",
    "effect_size",
    "is_significant",
    "verdict",
    "reason",
)
_KEYS = ("portfolio", "hypothesis_id", "statement_ru", "statement_en", "metric", "effect_size_name")


def compare_scenarios(results: pd.DataFrame) -> pd.DataFrame:
    """Put the figures of both cleaning scenarios side by side.

    Args:
        results: What `evaluate_hypotheses` returned.

    Returns:
        One row per portfolio and hypothesis: statement, metric, effect_size_name, then every column of
        `COMPARED` with the suffixes `_keep_all` and `_drop_missing_balance`, then `verdict_changes` (null
        when a scenario is absent).
    """
    keys = results[list(_KEYS)].drop_duplicates(["portfolio", "hypothesis_id"])
    frame = keys.astype(dict.fromkeys(_KEYS, TEXT))
    for scenario in SCENARIOS:
        own = results.loc[results["cleaning_scenario"] == scenario, ["portfolio", "hypothesis_id", *COMPARED]]
        own = own.astype({column: HYPOTHESIS_RESULTS[column] for column in own.columns})
        own = own.rename(columns={column: f"{column}_{scenario}" for column in COMPARED})
        frame = frame.merge(own, on=["portfolio", "hypothesis_id"], how="left")
    kept, dropped = (frame[f"verdict_{scenario}"] for scenario in SCENARIOS)
    changes = (kept != dropped).astype("boolean")
    return frame.assign(verdict_changes=changes.mask(kept.isna() | dropped.isna()))
