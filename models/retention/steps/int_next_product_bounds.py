"""One row per group in which a product may be held more often: the lower bound of its share, out of fold."""

from bank_churn.targeting import group_bounds


def model(dbt, session):  # noqa: ANN001, ANN201, D103
    dbt.config(materialized="table")
    groups = dbt.ref("int_next_product_groups").df()
    found = group_bounds(groups.rename(columns={"holder_count": "churned_count"}))
    return found[["portfolio", "product_code", "place", "lower_bound"]].astype({"product_code": "string"})
