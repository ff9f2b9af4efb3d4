-- One row per portfolio × pair or triple of attributes that its model takes together × their values: clients and how
-- many left. A pair has an empty third attribute.
{{ config(materialized='table') }}

{%- set dimensions = attribute_names('rates') %}
with cells as (
    select * from {{ ref('churn_cells') }}
    where known_churn_count > 0
),

combinations as (
    select distinct
        portfolio,
        attribute_1,
        attribute_2,
        coalesce(attribute_3, '') as attribute_3
    from {{ ref('churn_model_terms') }}
    where attribute_2 is not null
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
        combinations.portfolio,
        combinations.attribute_1,
        combinations.attribute_2,
        combinations.attribute_3,
        first_values.attribute_value as value_1,
        second_values.attribute_value as value_2,
        coalesce(third_values.attribute_value, '') as value_3,
        cast(sum(cells.known_churn_count) as bigint) as client_count,
        cast(sum(cells.churned_count) as bigint) as churned_count
    from combinations
    inner join cell_values as first_values
        on combinations.portfolio = first_values.portfolio and combinations.attribute_1 = first_values.attribute
    inner join cell_values as second_values
        on first_values.cell_id = second_values.cell_id and combinations.attribute_2 = second_values.attribute
    left join cell_values as third_values
        on first_values.cell_id = third_values.cell_id and combinations.attribute_3 = third_values.attribute
    inner join cells on first_values.cell_id = cells.cell_id
    where combinations.attribute_3 = '' or third_values.attribute_value is not null
    group by
        combinations.portfolio, combinations.attribute_1, combinations.attribute_2, combinations.attribute_3,
        first_values.attribute_value, second_values.attribute_value, coalesce(third_values.attribute_value, '')
)

select * from counted
