-- One row per portfolio × attribute × attribute that is held alike when its groups are compared: the others that go most
-- with churn. Whether there is a balance and its band are one thing, of which the stronger is held.
{{ config(materialized='table') }}

with drivers as (
    select
        portfolio,
        attribute,
        rank,
        case when attribute in ('has_balance', 'balance_band') then 'balance' else attribute end as subject
    from {{ ref('int_churn_drivers') }}
    where verdict in ('differs', 'unclear')
),

attributes as (
    select
        portfolio,
        attribute,
        case when attribute in ('has_balance', 'balance_band') then 'balance' else attribute end as subject
    from {{ ref('int_churn_drivers') }}
),

strongest as (
    select
        *,
        row_number() over (partition by portfolio, subject order by rank) as place_in_subject
    from drivers
),

paired as (
    select
        attributes.portfolio,
        attributes.attribute,
        strongest.attribute as held_attribute,
        row_number() over (
            partition by attributes.portfolio, attributes.attribute order by strongest.rank
        ) as place
    from attributes
    inner join strongest
        on
            attributes.portfolio = strongest.portfolio
            and attributes.subject <> strongest.subject
            and strongest.place_in_subject = 1
),

final as (
    select * from paired
    where place <= {{ var('held_alike_attributes') }}
)

select * from final
