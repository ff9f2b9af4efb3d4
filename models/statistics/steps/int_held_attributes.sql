-- One row per portfolio × attribute × attribute that is held alike when its groups are compared: the others that go
-- most with churn. Of what is made of one attribute, as a balance's band and its presence, only the stronger is held.
-- Holders of a product are compared with those who hold as many products. Of other products the strongest are held
-- alike too: of as many products, whoever lacks one that keeps clients holds another instead, which would be blamed.
{{ config(materialized='table') }}
{#- More would leave nobody to compare: given their number and all the others, everybody has a product or nobody. #}
{%- set held_products_at_most = 2 %}

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

-- What may be held: for a product their number first, then products, then the rest.
held as (
    select
        portfolio,
        made_of,
        attribute,
        is_product,
        false as is_for_products,
        1 as kind_place,
        rank
    from strongest
    where place_in_source = 1
    union all
    select
        portfolio,
        made_of,
        attribute,
        is_product,
        true as is_for_products,
        case when is_product then 2 else 3 end as kind_place,
        rank
    from strongest
    where place_in_source = 1 and made_of not in ('product_count', 'has_credit_card')
    union all
    select
        portfolio,
        made_of,
        attribute,
        is_product,
        true as is_for_products,
        1 as kind_place,
        rank
    from drivers
    where attribute = 'product_count'
),

paired as (
    select
        drivers.portfolio,
        drivers.attribute,
        drivers.is_product,
        held.attribute as held_attribute,
        held.kind_place,
        held.rank,
        row_number() over (
            partition by drivers.portfolio, drivers.attribute, held.kind_place order by held.rank
        ) as place_in_kind
    from drivers
    inner join held
        on
            drivers.portfolio = held.portfolio
            and drivers.made_of <> held.made_of
            and drivers.is_product = held.is_for_products
),

placed as (
    select
        portfolio,
        attribute,
        held_attribute,
        is_product,
        row_number() over (partition by portfolio, attribute order by kind_place, rank) as place
    from paired
    where kind_place <> 2 or place_in_kind <= {{ held_products_at_most }}
),

final as (
    select
        portfolio,
        attribute,
        held_attribute,
        place
    from placed
    where place <= {{ var('held_alike_attributes') }} + case when is_product then 1 else 0 end
)

select * from final
