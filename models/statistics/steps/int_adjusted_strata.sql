-- One row per portfolio × attribute × stratum of clients alike in what is held × value: how many clients, how many
-- left.
-- Clients whose churn or value is unknown are left out; an unknown value of what is held alike is a value of its own.
-- sqlfluff:exclude_rules:structure.column_order,ambiguous.column_count,layout.indent
{{ config(materialized='table') }}

{%- set attributes = attribute_names('rates') %}
with cells as (
    select * from {{ ref('churn_cells') }}
    where known_churn_count > 0
),

held as (
    select
        portfolio,
        attribute,
        {%- for name in attributes %}
        max(case when held_attribute = '{{ name }}' then 1 else 0 end) as holds_{{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_held_attributes') }}
    group by portfolio, attribute
),

placed as (
    {%- for attribute in attributes %}
    select
        cells.portfolio,
        '{{ attribute }}' as attribute,
        cells.{{ attribute }} as attribute_value,
        {%- for name in attributes %}
        {%- if name == attribute %}
        cast(null as {{ dbt.type_string() }}) as stratum_{{ name }},
        {%- else %}
        case when held.holds_{{ name }} = 1 then cells.{{ name }} end as stratum_{{ name }},
        {%- endif %}
        {%- endfor %}
        cells.known_churn_count,
        cells.churned_count
    from cells
    left join held on cells.portfolio = held.portfolio and held.attribute = '{{ attribute }}'
    where cells.{{ attribute }} <> 'unknown'
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

summed as (
    select
        portfolio,
        attribute,
        attribute_value,
        concat_ws(
            ';'
            {%- for name in attributes %},
            '{{ name }}=' || stratum_{{ name }}
            {%- endfor %}
        ) as stratum,
        cast(sum(known_churn_count) as bigint) as client_count,
        cast(sum(churned_count) as bigint) as churned_count
    from placed
    group by
        portfolio, attribute, attribute_value
        {%- for name in attributes %},
        stratum_{{ name }}
        {%- endfor %}
)

select * from summed
