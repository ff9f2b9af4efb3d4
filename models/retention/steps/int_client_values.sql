-- One row per client who has not left: probability, yearly value, and what a contact is expected to bring.
{{ config(materialized='table') }}

with clients as (
    select * from {{ ref('clients') }}
    where is_churned is not true
),

scores as (
    select * from {{ ref('client_churn_scores') }}
),

product_values as (
    select * from {{ ref('product_values') }}
),

-- What is not stated is worth nothing here: a promise is made on what is known only.
valued as (
    select
        clients.portfolio,
        clients.client_key,
        scores.churn_probability,
        scores.risk_band,
        coalesce(clients.balance, 0) * {{ var('balance_margin') }}e0 + product_values.annual_value as value_at_risk
    from clients
    inner join product_values
        on
            coalesce(clients.product_count, 0) >= product_values.products_from
            and (
                product_values.products_below is null
                or coalesce(clients.product_count, 0) < product_values.products_below
            )
    left join scores on clients.client_key = scores.client_key
),

final as (
    select
        portfolio,
        client_key,
        churn_probability,
        risk_band,
        value_at_risk,
        churn_probability * value_at_risk as expected_loss,
        churn_probability * value_at_risk * {{ var('retention_effectiveness') }}e0 as expected_saved_value,
        churn_probability * value_at_risk * {{ var('retention_effectiveness') }}e0 - {{ var('contact_cost') }}e0
            as expected_net_value,
        {{ var('contact_cost') }}e0 / nullif(value_at_risk * {{ var('retention_effectiveness') }}e0, 0)
            as break_even_probability
    from valued
)

select * from final
