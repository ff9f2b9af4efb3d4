"""One row per portfolio × evaluation × model variant: calibration line and expected maximum profit."""

import json

from bank_churn.scoring import prediction_measures


def model(dbt, session):  # noqa: ANN001, ANN201, D103
    dbt.config(materialized="table")
    counts = dbt.ref("int_churn_model_prediction_counts").df()
    return prediction_measures(counts, json.loads(dbt.config.meta_get("money")))
