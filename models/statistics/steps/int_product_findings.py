"""One row per portfolio × product: whether its holders surely leave more often than others like them."""

from bank_churn.statistics.judgement.products import judge_products


def model(dbt, session):  # noqa: ANN001, ANN201, D103
    dbt.config(materialized="table")
    sums = dbt.ref("int_adjusted_sums").filter("attribute_value = 'true'").df()
    return judge_products(
        sums,
        attributes=dbt.ref("client_attributes").df(),
        small_group_size=int(dbt.config.meta_get("small_group_size")),
    )
