-- One row per portfolio × registered target group: its counts, zero where nobody belongs to it.
{{ config(materialized='table') }}

with cells as (
    select
        *,
        row_number() over (order by portfolio, {{ attribute_names('rates') | join(', ') }}) as cell_id
    from {{ ref('churn_cells') }}
),

rules as (
    select * from {{ ref('registered_group_rules') }}
),

compared as (
    select
        cells.cell_id,
        rules.group_code,
        rules.allowed_values,
        case rules.attribute
            {%- for attribute in attribute_names('rates') %}
            when '{{ attribute }}' then cells.{{ attribute }}
            {%- endfor %}
        end as cell_value
    from cells
    cross join rules
),

members as (
    select
        cell_id,
        group_code
    from compared
    group by cell_id, group_code
    having count(*) = count(*) filter (where {{ is_in_groups('cell_value', 'allowed_values') }})
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
