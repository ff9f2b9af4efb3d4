"""One row per tally of a target group, registered or found: the lower bound of its churn rate."""

from bank_churn.targeting import group_bounds


def model(dbt, session):  # noqa: ANN001, ANN201, D103
    dbt.config(materialized="table")
    groups = dbt.ref("int_target_groups").df()[["portfolio", "client_count", "churned_count"]]
    comparisons = dbt.ref("int_group_comparisons").df()
    return group_bounds(groups.drop_duplicates().merge(comparisons, on="portfolio"))
