-- One row per cell of clients × target group that they are in: all conditions of the group's rule hold.
{{ config(materialized='table') }}

with cells as (
    select * from {{ ref('churn_cells') }}
),

conditions as (
    select * from {{ ref('int_group_conditions') }}
),

cell_values as (
    {%- for attribute in attribute_names('rates') %}
    select
        portfolio,
        cell_id,
        '{{ attribute }}' as attribute,
        {{ attribute }} as attribute_value
    from cells
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

members as (
    select
        cell_values.portfolio,
        cell_values.cell_id,
        conditions.group_code
    from cell_values
    inner join conditions
        on
            cell_values.portfolio = conditions.portfolio
            and cell_values.attribute = conditions.attribute
            and cell_values.attribute_value = conditions.attribute_value
    group by cell_values.portfolio, cell_values.cell_id, conditions.group_code, conditions.condition_count
    having count(*) = conditions.condition_count
)

select * from members
