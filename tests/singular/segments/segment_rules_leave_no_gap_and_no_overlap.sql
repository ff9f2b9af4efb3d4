-- Claim: under every version of the rules, any number of products, balance and property points fall into one segment.
-- Rules are boxes, so it is enough to ask at every bound and just below it.
with rules as (
    select * from {{ ref('segment_rules') }}
),

versions as (
    select distinct segment_version from {{ ref('segments') }}
),

product_edges as (
    select products_from as product_count
    from rules
    union
    select products_from - 1 as product_count
    from rules
    where products_from > 0
    union
    select products_below as product_count
    from rules
    where products_below is not null
    union
    select 1000000 as product_count
),

property_edges as (
    select property_from as property_points
    from rules
    union
    select property_from - 1 as property_points
    from rules
    where property_from > 0
    union
    select property_below as property_points
    from rules
    where property_below is not null
    union
    select 1000000 as property_points
),

balances as (
    select 'present' as balance
    union all
    select 'missing' as balance
),

points as (
    select
        versions.segment_version,
        product_edges.product_count,
        property_edges.property_points,
        balances.balance
    from versions
    cross join product_edges
    cross join property_edges
    cross join balances
),

matched as (
    select
        points.segment_version,
        points.product_count,
        points.property_points,
        points.balance,
        count(rules.segment_code) as rule_count
    from points
    left join rules
        on
            points.segment_version = rules.segment_version
            and points.product_count >= rules.products_from
            and (rules.products_below is null or points.product_count < rules.products_below)
            and points.property_points >= rules.property_from
            and (rules.property_below is null or points.property_points < rules.property_below)
            and rules.balance in ('any', points.balance)
    group by points.segment_version, points.product_count, points.property_points, points.balance
)

select * from matched
where rule_count <> 1
