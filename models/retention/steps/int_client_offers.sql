-- One row per client who has not left and may be contacted: the offer, and what it costs and is expected to bring.
with options as (
    select * from {{ ref('int_client_options') }}
),

choices as (
    select * from {{ ref('int_offer_choices') }}
),

offers as (
    select * from {{ ref('int_offers') }}
),

limited as (
    select
        choices.client_key,
        offers.offer_order
    from choices
    inner join offers on choices.portfolio = offers.portfolio and choices.offer_code = offers.offer_code
),

-- Outer joins, though nobody is without: after an inner one on a computed key DuckDB takes the clients for the smaller
-- side of every join that follows, and keeps them all in memory.
final as (
    select
        options.*,
        offers.offer_code,
        offers.contact_cost,
        offers.kept_share,
        options.value_to_save * offers.kept_share as expected_saved_value,
        options.value_to_save * offers.kept_share - offers.contact_cost as expected_net_value
    from options
    left join limited on options.client_key = limited.client_key
    left join offers
        on
            options.portfolio = offers.portfolio
            and coalesce(limited.offer_order, options.unlimited_offer_order) = offers.offer_order
)

select * from final
