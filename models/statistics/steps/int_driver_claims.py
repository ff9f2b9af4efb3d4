"""One row per portfolio × claim that one attribute goes with churn more strongly than all others."""

from bank_churn.statistics.judgement.claims import judge_claims


def model(dbt, session):  # noqa: ANN001, ANN201, D103
    dbt.config(materialized="table")
    return judge_claims(
        claims=dbt.ref("registered_driver_claims").df(),
        cells=dbt.ref("churn_cells").df(),
        drivers=dbt.ref("int_churn_drivers").df(),
        labels=dbt.ref("labels").df(),
    )
