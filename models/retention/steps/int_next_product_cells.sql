-- One row per cell of clients who lack a product that clients like them hold more often than all: the product of the
-- highest income times share, by the lower bound of the share.
-- sqlfluff:exclude_rules:structure.column_order,ambiguous.column_count,layout.indent
{{ config(materialized='table') }}
{%- set attributes = attribute_names('rates') %}

with cells as (
    select * from {{ ref('churn_cells') }}
    where client_count > churned_count
),

groups as (
    select * from {{ ref('next_product') }}
),

matched as (
    select
        cells.portfolio,
        cells.cell_id,
        groups.product_code,
        groups.annual_value,
        groups.lower_bound,
        case groups.attribute_1
            {%- for attribute in attributes %}
            when '{{ attribute }}' then cells.{{ attribute }}
            {%- endfor %}
        end as cell_value_1,
        groups.value_1,
        case groups.attribute_2
            {%- for attribute in attributes %}
            when '{{ attribute }}' then cells.{{ attribute }}
            {%- endfor %}
        end as cell_value_2,
        groups.attribute_2,
        groups.value_2,
        case groups.product_code
            {%- for product in held_products() %}
            when '{{ product }}' then cells.{{ holding_name(product) }}
            {%- else %}
            when 'none' then 'unknown'
            {%- endfor %}
        end as is_held
    from cells
    inner join groups on cells.portfolio = groups.portfolio
),

placed as (
    select
        portfolio,
        cell_id,
        product_code,
        row_number() over (
            partition by cell_id order by lower_bound * annual_value desc, product_code asc
        ) as place
    from matched
    where
        is_held = 'false'
        and cell_value_1 = value_1
        and (attribute_2 is null or cell_value_2 = value_2)
),

final as (
    select
        portfolio,
        cell_id,
        product_code
    from placed
    where place = 1
)

select * from final
