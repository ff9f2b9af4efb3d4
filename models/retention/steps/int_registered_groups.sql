-- One row per portfolio × registered target group: its counts, zero where nobody belongs to it.
{{ config(materialized='table') }}

with cells as (
    select * from {{ ref('churn_cells') }}
),

members as (
    select * from {{ ref('int_group_members') }}
),

rules as (
    select * from {{ ref('registered_group_rules') }}
),

counted as (
    select
        cells.portfolio,
        members.group_code,
        sum(cells.client_count) as all_client_count,
        sum(cells.known_churn_count) as client_count,
        sum(cells.churned_count) as churned_count
    from members
    inner join cells on members.cell_id = cells.cell_id
    group by cells.portfolio, members.group_code
),

portfolios as (
    select distinct portfolio from cells
),

conditions as (
    select
        group_code,
        count(*) as condition_count,
        {{ dbt.listagg(
            "attribute || ' in (''' || replace(replace(allowed_values, '''', ''''''), '|', ''', ''') || ''')'",
            "' and '", 'order by attribute'
        ) }} as rule_sql,
        {{ dbt.listagg("attribute || '=' || allowed_values", "';'", 'order by attribute') }} as rule
    from rules
    group by group_code
),

final as (
    select
        portfolios.portfolio,
        conditions.group_code,
        conditions.rule,
        conditions.rule_sql,
        cast(conditions.condition_count as integer) as condition_count,
        cast(coalesce(counted.all_client_count, 0) as bigint) as all_client_count,
        cast(coalesce(counted.client_count, 0) as bigint) as client_count,
        cast(coalesce(counted.churned_count, 0) as bigint) as churned_count
    from portfolios
    cross join conditions
    left join counted
        on portfolios.portfolio = counted.portfolio and conditions.group_code = counted.group_code
)

select * from final
