"""One row per portfolio × evaluation × model variant: slope and intercept of churn by predicted log-odds."""

from bank_churn.scoring import calibration_lines


def model(dbt, session):  # noqa: ANN001, ANN201, D103
    dbt.config(materialized="table")
    return calibration_lines(dbt.ref("int_churn_model_prediction_counts").df())
