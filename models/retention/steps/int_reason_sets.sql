-- One row per portfolio × up to three cells of the churn model that raise a client's probability × the client's own values
-- of what they are about: what is said to such clients is said once for all of them.
{{ config(materialized='table') }}
{%- set attributes = reason_attributes() %}

with client_values as (
    select * from {{ ref('int_client_values') }}
    where reason_1_cell is not null
),

sets as (
    select distinct
        portfolio,
        {%- for place in [1, 2, 3] %}
        reason_{{ place }}_cell,
        {%- endfor %}
        {%- for attribute in attributes %}
        {%- for column in attribute['said'] %}
        said_{{ column }} as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from client_values
),

final as (
    select
        row_number() over (
            order by
                portfolio
                {%- for place in [1, 2, 3] %}, reason_{{ place }}_cell nulls last{% endfor %}
                {%- for attribute in attributes %}
                {%- for column in attribute['said'] %}, {{ column }} nulls last{% endfor %}
                {%- endfor %}
        ) as reason_set,
        *
    from sets
)

select * from final
