"""What is known of predictions beyond sums: do they mean what they say, and what would they bring?"""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping

import numpy as np
import pandas as pd

from bank_churn.scoring.profit import Money, expected_maximum_profit

KEYS = ["portfolio", "evaluation", "model_variant"]
MEASURES = (
    *("calibration_slope", "calibration_intercept", "roc_auc_low", "roc_auc_high"),
    *("client_value", "empc", "empc_share_contacted"),
)


def prediction_measures(predictions: pd.DataFrame, money: Mapping[str, float]) -> pd.DataFrame:
    """Measure the predictions of every portfolio, evaluation and variant.

    Calibration: churn by the log-odds of the prediction; slope 1 and intercept 0 are perfect, a slope below 1
    means predictions too extreme. Cox (1958), Two further applications of a model for binary regression,
    Biometrika 45. Interval of ROC-AUC: DeLong, DeLong, Clarke-Pearson (1988), Biometrics 44. Profit: see
    `profit`.

    Args:
        predictions: portfolio, evaluation, model_variant, predicted_probability, client_count, churned_count,
            annual_value_e2: one row per distinct prediction.
        money: contact_cost, kept_share and kept_share_error.

    Returns:
        The keys and MEASURES; nan where they cannot be had.
    """
    rows = [
        dict(zip(KEYS, key, strict=True)) | _line(own) | _area(own) | _profit(own, money)
        for key, own in predictions.groupby(KEYS, sort=True)
    ]
    columns = {**dict.fromkeys(KEYS, "str"), **dict.fromkeys(MEASURES, "float64")}
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)


def _area(own: pd.DataFrame) -> dict[str, float]:
    own = own.sort_values("predicted_probability")
    churned = own["churned_count"].to_numpy(dtype="float64")
    stayed = own["client_count"].to_numpy(dtype="float64") - churned
    if min(churned.sum(), stayed.sum()) < 2:
        return {"roc_auc_low": math.nan, "roc_auc_high": math.nan}
    # For each churned client the share of remaining ones below, for each remaining one of churned ones above.
    below = (stayed.cumsum() - stayed / 2) / stayed.sum()
    above = 1 - (churned.cumsum() - churned / 2) / churned.sum()
    area = float(np.average(below, weights=churned))
    variance = sum(
        np.average((part - area) ** 2, weights=counts) / (counts.sum() - 1)
        for part, counts in ((below, churned), (above, stayed))
    )
    margin = 1.959964 * math.sqrt(variance)
    return {"roc_auc_low": max(area - margin, 0.0), "roc_auc_high": min(area + margin, 1.0)}


def _profit(own: pd.DataFrame, money: Mapping[str, float]) -> dict[str, float]:
    value = float(own["annual_value_e2"].sum()) / 100 / float(own["client_count"].sum())
    if value <= 0 or own["churned_count"].sum() == 0:
        return {"client_value": value, "empc": math.nan, "empc_share_contacted": math.nan}
    profit, share = expected_maximum_profit(
        own["predicted_probability"].to_numpy(dtype="float64"),
        own["client_count"].to_numpy(dtype="int64"),
        own["churned_count"].to_numpy(dtype="int64"),
        Money(value, **money),
    )
    return {"client_value": value, "empc": profit, "empc_share_contacted": share}


def _line(own: pd.DataFrame) -> dict[str, float]:
    import statsmodels.api as sm
    from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

    own = own.sort_values("predicted_probability")  # sums in another order are other sums
    nothing = {"calibration_slope": math.nan, "calibration_intercept": math.nan}
    probability = own["predicted_probability"].to_numpy(dtype="float64").clip(1e-12, 1 - 1e-12)
    churned = own["churned_count"].to_numpy(dtype="float64")
    stayed = own["client_count"].to_numpy(dtype="float64") - churned
    if min(churned.sum(), stayed.sum()) == 0 or np.ptp(probability) == 0:
        return nothing
    log_odds = np.log(probability / (1 - probability))
    table = np.column_stack([churned, stayed])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", PerfectSeparationWarning)
        try:
            fit = sm.GLM(table, sm.add_constant(log_odds), family=sm.families.Binomial()).fit()
        except PerfectSeparationWarning:
            return nothing
    if not fit.converged:
        return nothing
    return {"calibration_slope": float(fit.params[1]), "calibration_intercept": float(fit.params[0])}
