"""One row per portfolio × registered hypothesis: its figures under both cleaning scenarios side by side."""

from bank_churn.statistics.judgement.scenarios import compare_scenarios


def model(dbt, session):  # noqa: ANN001, ANN201, D103
    dbt.config(materialized="table")
    return compare_scenarios(dbt.ref("int_hypothesis_results").df())
