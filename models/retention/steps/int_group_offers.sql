-- One row per portfolio × target group surely above the portfolio's churn rate: its names and its place.
{{ config(materialized='table') }}

with targets as (
    select * from {{ ref('target_groups') }}
),

totals as (
    select * from {{ ref('int_churn_rates') }}
    where dimension_name = 'all'
),

above_average as (
    select
        targets.portfolio,
        targets.group_code,
        targets.name_ru,
        targets.name_en,
        row_number() over (
            partition by targets.portfolio order by targets.lower_bound desc, targets.group_order asc
        ) as place
    from targets
    inner join totals on targets.portfolio = totals.portfolio
    where targets.lower_bound > totals.churn_rate and not targets.is_small_group
)

select * from above_average
