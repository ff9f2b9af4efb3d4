-- One row per client of known outcome, with the risk band by a model that has not seen the outcome; where leaving is
-- forecast, one row per state of a client in an earlier month.
{{ config(materialized='view') }}

with scores as (
    select * from {{ ref('int_client_scores') }}
),

metadata as (
    select * from {{ ref('int_churn_model_metadata') }}
),

final as (
    select
        scores.portfolio,
        scores.risk_band,
        scores.is_churned
    from scores
    inner join metadata
        on scores.portfolio = metadata.portfolio and metadata.churn_definition = 'resembles_leavers'
    where scores.is_churned is not null
    {%- if has_months() %}
    union all
    select
        portfolio,
        risk_band,
        is_churned
    from {{ ref('int_forecast_scores') }}
    {%- endif %}
)

select * from final
