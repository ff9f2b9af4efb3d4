-- One row per portfolio × evaluation × model variant × predicted probability: how many clients, how many churned.
{{ config(materialized='table') }}

with predictions as (
    select * from {{ ref('int_churn_model_predictions') }}
),

counted as (
    select
        portfolio,
        evaluation,
        model_variant,
        predicted_probability,
        cast(count(*) as bigint) as client_count,
        cast(sum(outcome) as bigint) as churned_count,
        cast(sum(annual_value_e2) as bigint) as annual_value_e2
    from predictions
    group by portfolio, evaluation, model_variant, predicted_probability
),

final as (
    select
        *,
        cast(sum(client_count - churned_count) over below as bigint) as stayed_up_to,
        cast(sum(client_count) over above as bigint) as client_count_from,
        cast(sum(churned_count) over above as bigint) as churned_count_from
    from counted
    window
        below as (
            partition by portfolio, evaluation, model_variant order by predicted_probability
            rows between unbounded preceding and current row
        ),
        above as (
            partition by portfolio, evaluation, model_variant order by predicted_probability desc
            rows between unbounded preceding and current row
        )
)

select * from final
