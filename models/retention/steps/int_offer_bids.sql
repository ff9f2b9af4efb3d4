-- One row per client × offer of limited capacity that gains over what the client could get at once, for each offer as
-- many of the highest gains as all offers together can take: who is below can be passed over without loss.
{{ config(materialized='table') }}

with options as (
    select * from {{ ref('int_client_options') }}
    where value_to_save is not null
),

sets as (
    select * from {{ ref('int_offer_sets') }}
),

offers as (
    select * from {{ ref('int_offers') }}
),

capacities as (
    select
        portfolio,
        cast(sum(monthly_capacity) as bigint) as total_capacity
    from offers
    group by portfolio
),

gains as (
    select
        options.portfolio,
        options.client_key,
        limited.offer_code,
        limited.monthly_capacity,
        (limited.kept_share - at_once.kept_share) * options.value_to_save
        - (limited.contact_cost - at_once.contact_cost) as gain
    from options
    left join offers as at_once   -- outer, though everybody has one: see int_client_offers
        on options.portfolio = at_once.portfolio and options.unlimited_offer_order = at_once.offer_order
    inner join sets as limited
        on
            options.portfolio = limited.portfolio
            and options.offer_set = limited.offer_set
            and limited.monthly_capacity is not null
),

ranked as (
    select
        *,
        row_number() over (partition by portfolio, offer_code order by gain desc, client_key asc) as gain_place
    from gains
    where gain > 0
)

select ranked.*
from ranked
inner join capacities on ranked.portfolio = capacities.portfolio
where ranked.gain_place <= capacities.total_capacity
