-- One row per client of known outcome, with the risk band by a model that has not seen the outcome; where leaving is
-- forecast, one row per state of a client in an earlier month.
{{ config(materialized='view') }}

with scores as (
    select * from {{ ref('int_client_scores') }}
),

final as (
    select
        portfolio,
        risk_band,
        is_churned
    from scores
    where churn_definition = 'resembles_leavers' and is_churned is not null
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
