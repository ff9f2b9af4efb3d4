-- One row per client who has not left and may be contacted: the best of the offers that everybody can be made at once.
{{ config(materialized='table') }}

with client_values as (
    select * from {{ ref('int_client_values') }}
),

cells as (
    select * from {{ ref('int_cell_offers') }}
),

held_back as (
    select * from {{ ref('int_held_back_clients') }}
),

offers as (
    select * from {{ ref('int_offer_sets') }}
),

placed as (
    select
        client_values.portfolio,
        client_values.client_key,
        cells.offer_set,
        client_values.value_to_save
    from client_values
    inner join cells on client_values.cell_id = cells.cell_id
    left join held_back
        on client_values.portfolio = held_back.portfolio and client_values.client_id = held_back.client_id
    where held_back.client_id is null
),

priced as (
    select
        placed.*,
        offers.offer_order,
        offers.monthly_capacity,
        offers.kept_share * placed.value_to_save - offers.contact_cost as net_value
    from placed
    inner join offers on placed.portfolio = offers.portfolio and placed.offer_set = offers.offer_set
),

-- One whole number carries the net value in hundredths and, in its last three digits, the offer: the greatest is the
-- best offer, of equal ones the first. Nobody's is below that of "no offer fits", which is nought.
final as (
    select
        portfolio,
        client_key,
        offer_set,
        value_to_save,
        max(net_value) as best_net_value,
        max(
            case
                when monthly_capacity is null
                    then cast(round(100 * coalesce(net_value, 0e0)) as bigint) * 1000 + 999 - offer_order
            end
        ) as unlimited_key
    from priced
    group by portfolio, client_key, offer_set, value_to_save
)

select
    portfolio,
    client_key,
    offer_set,
    value_to_save,
    best_net_value,
    cast(999 - unlimited_key % 1000 as integer) as unlimited_offer_order
from final
