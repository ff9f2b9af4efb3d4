"""One row per portfolio × metric × pair of groups, compared and corrected for the number of comparisons."""

from bank_churn.statistics.judgement.screening import screen_attributes


def model(dbt, session):  # noqa: ANN001, ANN201, D103
    dbt.config(materialized="table")
    moments = dbt.ref("metric_moments").df()
    return screen_attributes(
        moments=moments,
        rank_sums=dbt.ref("metric_rank_sums").df(),
        attributes=dbt.ref("client_attributes").df(),
        effect_floors=dbt.ref("effect_floors").df(),
        # keep_all where it can be told from the clients at hand, else the only scenario there is.
        cleaning_scenario=moments["cleaning_scenario"].max(),
        small_group_size=int(dbt.config.meta_get("small_group_size")),
    )
