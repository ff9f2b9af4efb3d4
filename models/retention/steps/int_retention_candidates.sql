-- One row per client who has not left and is in a target group above the average, or at high risk by the model: its
-- groups, and the recommendation whose offer fits best.
{{ config(materialized='table') }}

with clients as (
    select * from {{ ref('int_segmented_clients') }}
    where churn_group is null or churn_group = 'stayed'
),

cells as (
    select * from {{ ref('int_offered_cells') }}
),

client_values as (
    select * from {{ ref('int_client_values') }}
),

risks as (
    select * from {{ ref('risk_bands') }}
),

-- The model's high risks are a group of their own, so that nobody is missed for not fitting a rule.
final as (
    select
        clients.portfolio,
        clients.client_key,
        clients.client_id,
        clients.city,
        clients.segment_v1 as segment_code,
        clients.product_count,
        clients.balance,
        cells.target_groups,
        coalesce(risks.band_order >= 3, false) as is_high_risk,
        cells.recommendation_order,
        client_values.churn_probability,
        client_values.risk_band,
        client_values.value_at_risk,
        client_values.expected_loss,
        client_values.expected_saved_value,
        client_values.expected_net_value,
        client_values.break_even_probability
    from clients
    inner join client_values on clients.client_key = client_values.client_key
    left join risks on client_values.risk_band = risks.risk_band
    left join cells
        on
            clients.portfolio = cells.portfolio
            {%- for attribute in attribute_names('rates') %}
            and {{ group_text('clients.' ~ attribute) }} = cells.{{ attribute }}
            {%- endfor %}
    where cells.cell_id is not null or risks.band_order >= 3
)

select * from final
