-- One row per portfolio × attribute × attribute that is held alike when its groups are compared: the others that go
-- most with churn. Of what is made of one attribute, as a balance's band and its presence, only the stronger is held.
-- Holders of a product are compared with those who hold as many products; of other products none is held alike: of
-- clients with as many products and the same others everybody has it or nobody.
{{ config(materialized='table') }}

with sources as (
    select * from {{ ref('client_attributes') }}
),

drivers as (
    select
        drivers.portfolio,
        drivers.attribute,
        drivers.rank,
        drivers.verdict,
        sources.made_of,
        sources.product_code is not null as is_product
    from {{ ref('int_churn_drivers') }} as drivers
    inner join sources on drivers.attribute = sources.attribute
),

strongest as (
    select
        *,
        row_number() over (partition by portfolio, made_of order by rank) as place_in_source
    from drivers
    where verdict in ('differs', 'unclear')
),

-- For a product: how many products there are before anything else.
held as (
    select
        portfolio,
        made_of,
        attribute,
        false as is_for_products,
        rank as strength_place
    from strongest
    where place_in_source = 1
    union all
    select
        portfolio,
        made_of,
        attribute,
        true as is_for_products,
        rank as strength_place
    from strongest
    where place_in_source = 1 and not is_product and made_of not in ('product_count', 'has_credit_card')
    union all
    select
        portfolio,
        made_of,
        attribute,
        true as is_for_products,
        0 as strength_place
    from drivers
    where attribute = 'product_count'
),

paired as (
    select
        drivers.portfolio,
        drivers.attribute,
        held.attribute as held_attribute,
        row_number() over (partition by drivers.portfolio, drivers.attribute order by held.strength_place) as place
    from drivers
    inner join held
        on
            drivers.portfolio = held.portfolio
            and drivers.made_of <> held.made_of
            and drivers.is_product = held.is_for_products
),

final as (
    select * from paired
    where place <= {{ var('held_alike_attributes') }}
)

select * from final
