"""One row per portfolio × attribute: how strongly it goes with churn."""

from bank_churn.statistics.judgement.drivers import rank_drivers


def model(dbt, session):  # noqa: ANN001, ANN201, D103
    dbt.config(materialized="table")
    return rank_drivers(tables=dbt.ref("int_churn_tables").df(), effect_floors=dbt.ref("effect_floors").df())
