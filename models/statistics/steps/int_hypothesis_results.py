"""One row per portfolio × cleaning scenario × registered hypothesis, tested from sufficient statistics."""

from bank_churn.statistics.judgement.evaluation import evaluate_hypotheses


def model(dbt, session):  # noqa: ANN001, ANN201, D103
    dbt.config(materialized="table")
    return evaluate_hypotheses(
        registry=dbt.ref("int_hypotheses").df(),
        effect_floors=dbt.ref("effect_floors").df(),
        labels=dbt.ref("labels").df(),
        attributes=dbt.ref("client_attributes").df(),
        moments=dbt.ref("metric_moments").df(),
        value_counts=dbt.ref("metric_value_counts").df(),
        rank_sums=dbt.ref("metric_rank_sums").df(),
        group_ranks=dbt.ref("metric_group_ranks").df(),
        portfolios=dbt.ref("portfolios").df(),
        small_group_size=int(dbt.config.meta_get("small_group_size")),
    )
