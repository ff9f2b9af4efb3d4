-- One row per cell × grouping attribute: the group that the cell's clients belong to (attribute `all`: everyone).
{{ config(materialized='table') }}

with cells as (
    select * from {{ ref('int_metric_cells') }}
),

groups as (
    {%- for attribute in attribute_names('groups') %}
    select
        portfolio,
        cell_id,
        '{{ attribute }}' as group_attribute,
        {{ attribute }} as group_value
    from cells
    union all
    {%- endfor %}
    select
        portfolio,
        cell_id,
        'all' as group_attribute,
        'all' as group_value
    from cells
)

select * from groups
