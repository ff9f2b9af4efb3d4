-- One row per portfolio × set of offers × offer in it: its cost, monthly capacity and kept share.
{{ config(materialized='table') }}

with sets as (
    select distinct
        portfolio,
        offer_set
    from {{ ref('int_cell_offers') }}
),

offers as (
    select * from {{ ref('int_offers') }}
),

final as (
    select
        sets.portfolio,
        sets.offer_set,
        offers.offer_code,
        offers.offer_order,
        offers.contact_cost,
        offers.monthly_capacity,
        offers.kept_share
    from sets
    inner join offers
        on
            sets.portfolio = offers.portfolio
            and instr('|' || sets.offer_set || '|', '|' || offers.offer_code || '|') > 0
)

select * from final
