-- One row per portfolio × evaluation × model variant × decile of its clients, the most probable first.
{{ config(materialized='table') }}

with twentieths as (
    select * from {{ ref('int_churn_model_twentieths') }}
),

summed as (
    select
        portfolio,
        evaluation,
        model_variant,
        cast(ceil(twentieth / 2e0) as integer) as decile,
        cast(sum(client_count) as bigint) as client_count,
        cast(sum(churned_count) as bigint) as churned_count,
        cast(sum(predicted_e12) as double) / sum(client_count) / 1e12 as mean_predicted,
        min(lowest_probability) as lowest_probability,
        max(highest_probability) as highest_probability
    from twentieths
    group by portfolio, evaluation, model_variant, cast(ceil(twentieth / 2e0) as integer)
),

final as (
    select
        *,
        cast(churned_count as double) / client_count as churn_rate,
        cast(sum(client_count) over model as bigint) as total_count,
        cast(sum(churned_count) over model as bigint) as total_churned_count
    from summed
    window model as (partition by portfolio, evaluation, model_variant)
)

select * from final
