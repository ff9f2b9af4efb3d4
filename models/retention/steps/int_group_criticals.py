"""One row per portfolio: how many groups were looked at, and the critical value that allows for it."""

from bank_churn.targeting import critical_values


def model(dbt, session):  # noqa: ANN001, ANN201, D103
    dbt.config(materialized="table")
    return critical_values(dbt.ref("int_group_comparisons").df())
