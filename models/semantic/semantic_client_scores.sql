-- One row per client with a score: the probability of churn, and the yearly value of those who have not left.
with scores as (
    select * from {{ ref('int_client_scores') }}
),

client_values as (
    select * from {{ ref('int_client_values') }}
),

final as (
    select
        scores.client_key,
        scores.churn_probability,
        scores.risk_band,
        client_values.value_at_risk,
        coalesce({{ snapshot_date_of('scores.portfolio') }}, {{ snapshot_date() }}) as snapshot_date
    from scores
    left join client_values on scores.client_key = client_values.client_key
)

select * from final
