"""One row per portfolio × group of the cover: groups without overlap, highest lower bound first."""

from bank_churn.targeting import cover_churn


def model(dbt, session):  # noqa: ANN001, ANN201, D103
    dbt.config(materialized="table")
    candidates = dbt.ref("int_group_candidates").filter("lower_bound > portfolio_churn_rate")
    return cover_churn(
        cells=dbt.ref("churn_cells").df(),
        candidates=candidates.df(),
        min_group_size=int(dbt.config.meta_get("min_target_group_size")),
        max_groups=int(dbt.config.meta_get("max_target_groups")),
    )
