"""Calibration slope and intercept: do predicted probabilities mean what they say?"""

from __future__ import annotations

import math
import warnings

import numpy as np
import pandas as pd

KEYS = ["portfolio", "evaluation", "model_variant"]


def calibration_lines(predictions: pd.DataFrame) -> pd.DataFrame:
    """Fit churn by the log-odds of the prediction, for every portfolio, evaluation and variant.

    Slope 1 and intercept 0 are perfect; a slope below 1 means predictions too extreme.
    Cox (1958), Two further applications of a model for binary regression, Biometrika 45.

    Args:
        predictions: portfolio, evaluation, model_variant, predicted_probability, client_count, churned_count:
            one row per distinct prediction.

    Returns:
        The keys, calibration_slope and calibration_intercept; nan where they cannot be fitted.
    """
    rows = [
        dict(zip(KEYS, key, strict=True)) | _line(own) for key, own in predictions.groupby(KEYS, sort=True)
    ]
    columns = {
        **dict.fromkeys(KEYS, "str"),
        "calibration_slope": "float64",
        "calibration_intercept": "float64",
    }
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)


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
