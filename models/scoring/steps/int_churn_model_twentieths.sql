-- One row per portfolio × evaluation × model variant × twentieth of its clients, the most probable first.
{{ config(materialized='table') }}

with predictions as (
    select * from {{ ref('int_churn_model_predictions') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by portfolio, evaluation, model_variant order by predicted_probability desc, client_key asc
        ) as place,
        count(*) over (partition by portfolio, evaluation, model_variant) as total_count
    from predictions
),

final as (
    select
        portfolio,
        evaluation,
        model_variant,
        cast(ceil(20e0 * place / total_count) as integer) as twentieth,
        cast(count(*) as bigint) as client_count,
        cast(sum(outcome) as bigint) as churned_count,
        cast(sum(predicted_e12) as bigint) as predicted_e12,
        max(total_count) as total_count,
        min(predicted_probability) as lowest_probability,
        max(predicted_probability) as highest_probability
    from ranked
    group by portfolio, evaluation, model_variant, cast(ceil(20e0 * place / total_count) as integer)
)

select * from final
