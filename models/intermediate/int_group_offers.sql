-- One row per portfolio × target group surely above the portfolio's churn rate: its rule, its place, the offer it gets.
{{ config(materialized='table') }}

with groups as (
    select * from {{ ref('target_groups') }}
),

totals as (
    select * from {{ ref('int_churn_rates') }}
    where dimension_name = 'all'
),

-- An offer is made only on a recommendation that this portfolio's data bear out.
offers as (
    select
        portfolio,
        group_code,
        min(recommendation_order) as recommendation_order
    from {{ ref('recommendations') }}
    where is_supported and offer_ru is not null and group_code is not null
    group by portfolio, group_code
),

above_average as (
    select
        groups.portfolio,
        groups.group_code,
        groups.name_ru,
        groups.name_en,
        groups.rule_sql,
        offers.recommendation_order,
        row_number() over (
            partition by groups.portfolio order by groups.lower_bound desc, groups.group_order asc
        ) as place
    from groups
    inner join totals on groups.portfolio = totals.portfolio
    left join offers on groups.portfolio = offers.portfolio and groups.group_code = offers.group_code
    where groups.lower_bound > totals.churn_rate and not groups.is_small_group
)

select * from above_average
