-- One row per portfolio × number of products × presence of a balance × property points: its segment in each version.
-- What is not stated counts as none: nobody is put among the wealthy for lack of data.
{{ config(materialized='table') }}

with cells as (
    select
        portfolio,
        coalesce(product_count, 0) as product_count,
        coalesce(has_balance, false) as has_balance,
        coalesce(property_points, 0) as property_points
    from {{ ref('clients') }}
    group by
        portfolio, coalesce(product_count, 0), coalesce(has_balance, false), coalesce(property_points, 0)
),

rules as (
    select * from {{ ref('segment_rules') }}
),

matched as (
    select
        cells.portfolio,
        cells.product_count,
        cells.has_balance,
        cells.property_points,
        {%- for version in segment_versions() %}
        max(case when rules.segment_version = {{ version }} then rules.segment_code end) as segment_v{{ version }},
        {%- endfor %}
        cast(count(*) as bigint) as rule_count
    from cells
    left join rules
        on
            cells.product_count >= rules.products_from
            and (rules.products_below is null or cells.product_count < rules.products_below)
            and cells.property_points >= rules.property_from
            and (rules.property_below is null or cells.property_points < rules.property_below)
            and (rules.balance = 'any' or cells.has_balance = (rules.balance = 'present'))
    group by cells.portfolio, cells.product_count, cells.has_balance, cells.property_points
)

select * from matched
