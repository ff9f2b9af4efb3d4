-- One row per portfolio × attribute × attribute that is held alike when its groups are compared: the others that go
-- most with churn. Of what is made of one attribute, as a balance's band and its presence, only the stronger is held.
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
        sources.made_of
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

paired as (
    select
        drivers.portfolio,
        drivers.attribute,
        strongest.attribute as held_attribute,
        row_number() over (partition by drivers.portfolio, drivers.attribute order by strongest.rank) as place
    from drivers
    inner join strongest
        on
            drivers.portfolio = strongest.portfolio
            and drivers.made_of <> strongest.made_of
            and strongest.place_in_source = 1
),

final as (
    select * from paired
    where place <= {{ var('held_alike_attributes') }}
)

select * from final
