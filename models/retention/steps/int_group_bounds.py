"""One row per tally of a searched group: the lower bound of its churn rate, allowing for all looked at."""

from bank_churn.targeting import group_bounds


def model(dbt, session):  # noqa: ANN001, ANN201, D103
    dbt.config(materialized="table")
    return group_bounds(dbt.ref("int_group_tallies").df())
