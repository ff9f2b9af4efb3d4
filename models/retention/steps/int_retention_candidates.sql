-- One row per client who has not left, may be contacted and is worth thinking of: a contact is expected to pay off,
-- or the
-- client is in a target group surely above the average, or at high risk by the model.
{{ config(materialized='table') }}

with clients as (
    select * from {{ ref('int_segmented_clients') }}
    where churn_group is null or churn_group = 'stayed'
),

client_values as (
    select * from {{ ref('int_client_values') }}
),

offers as (
    select * from {{ ref('int_client_offers') }}
),

cells as (
    select * from {{ ref('int_offered_cells') }}
),

risks as (
    select * from {{ ref('risk_bands') }}
),

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
        client_values.churn_probability,
        client_values.risk_band,
        client_values.value_at_risk,
        client_values.income_horizon,
        client_values.counted_value,
        client_values.is_value_capped,
        client_values.value_to_save,
        offers.offer_code,
        offers.contact_cost,
        offers.kept_share,
        offers.expected_saved_value,
        offers.expected_net_value
    from clients
    inner join client_values on clients.client_key = client_values.client_key
    inner join offers on clients.client_key = offers.client_key
    left join risks on client_values.risk_band = risks.risk_band
    left join cells on client_values.cell_id = cells.cell_id
    where offers.best_net_value > 0 or cells.cell_id is not null or risks.band_order >= 3
)

select * from final
