"""One row per portfolio × version × segment: whether its churn surely differs from the others'."""

from bank_churn.statistics.judgement.segments import compare_segments


def model(dbt, session):  # noqa: ANN001, ANN201, D103
    dbt.config(materialized="table")
    return compare_segments(
        dbt.ref("int_portrait_sums").filter("group_kind like 'segment_v%'").df(),
        small_group_size=int(dbt.config.meta_get("small_group_size")),
    )
