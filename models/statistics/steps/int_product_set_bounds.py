"""One row per portfolio × set of products: bounds of its churn rate, corrected for all sets looked at."""

from bank_churn.statistics.judgement.products import bound_sets


def model(dbt, session):  # noqa: ANN001, ANN201, D103
    dbt.config(materialized="table")
    return bound_sets(dbt.ref("int_product_sets").df())
