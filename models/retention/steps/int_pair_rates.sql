-- One row per portfolio × pair of attributes that its model takes together × values of both: clients and how many left.
{{ config(materialized='table') }}

{%- set dimensions = attribute_names('rates') %}
with cells as (
    select * from {{ ref('churn_cells') }}
    where known_churn_count > 0
),

pairs as (
    select distinct
        portfolio,
        attribute_1,
        attribute_2
    from {{ ref('churn_model_terms') }}
    where attribute_2 is not null and attribute_3 is null
),

cell_values as (
    {%- for attribute in client_attributes('model') if (attribute.band or attribute.name) in dimensions %}
    {{ 'union all' if not loop.first }}
    select
        portfolio,
        cell_id,
        '{{ attribute.name }}' as attribute,
        {{ attribute.band or attribute.name }} as attribute_value
    from cells
    {%- endfor %}
),

counted as (
    select
        pairs.portfolio,
        pairs.attribute_1,
        pairs.attribute_2,
        first_values.attribute_value as value_1,
        second_values.attribute_value as value_2,
        cast(sum(cells.known_churn_count) as bigint) as client_count,
        cast(sum(cells.churned_count) as bigint) as churned_count
    from pairs
    inner join cell_values as first_values
        on pairs.portfolio = first_values.portfolio and pairs.attribute_1 = first_values.attribute
    inner join cell_values as second_values
        on first_values.cell_id = second_values.cell_id and pairs.attribute_2 = second_values.attribute
    inner join cells on first_values.cell_id = cells.cell_id
    group by
        pairs.portfolio, pairs.attribute_1, pairs.attribute_2, first_values.attribute_value,
        second_values.attribute_value
)

select * from counted
