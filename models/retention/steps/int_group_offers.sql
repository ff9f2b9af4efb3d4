-- One row per portfolio × target group surely above the portfolio's churn rate: its rule, its place, the offer it gets.
{{ config(materialized='table') }}

with targets as (
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
        targets.portfolio,
        targets.group_code,
        targets.name_ru,
        targets.name_en,
        targets.rule_sql,
        offers.recommendation_order,
        row_number() over (
            partition by targets.portfolio order by targets.lower_bound desc, targets.group_order asc
        ) as place
    from targets
    inner join totals on targets.portfolio = totals.portfolio
    left join offers on targets.portfolio = offers.portfolio and targets.group_code = offers.group_code
    where targets.lower_bound > totals.churn_rate and not targets.is_small_group
)

select * from above_average
