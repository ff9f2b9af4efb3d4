-- One row per client who has not left and may be contacted: the offer, and what it costs and is expected to bring.
{{ config(materialized='table') }}

with options as (
    select * from {{ ref('int_client_options') }}
),

choices as (
    select * from {{ ref('int_offer_choices') }}
),

offers as (
    select * from {{ ref('int_offers') }}
),

chosen as (
    select
        options.*,
        coalesce(choices.offer_code, at_once.offer_code) as offer_code
    from options
    inner join offers as at_once
        on options.portfolio = at_once.portfolio and options.unlimited_offer_order = at_once.offer_order
    left join choices on options.client_key = choices.client_key
),

final as (
    select
        chosen.portfolio,
        chosen.client_key,
        chosen.best_net_value,
        offers.offer_code,
        offers.contact_cost,
        offers.kept_share,
        chosen.value_to_save * offers.kept_share as expected_saved_value,
        chosen.value_to_save * offers.kept_share - offers.contact_cost as expected_net_value
    from chosen
    inner join offers on chosen.portfolio = offers.portfolio and chosen.offer_code = offers.offer_code
)

select * from final
