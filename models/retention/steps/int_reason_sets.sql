-- One row per portfolio × up to three cells of the churn model that raise a client's probability × the client's own
-- values of what they are about: what is said to such clients is said once for all of them.
-- sqlfluff:exclude_rules:layout.indent
{{ config(materialized='table') }}
{%- set columns = said_columns() | map(attribute='column') | list %}

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
        {%- for column in columns %}
        said_{{ column }} as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from client_values
),

final as (
    select
        row_number() over (
            order by
                portfolio asc,
                {%- for place in [1, 2, 3] %}
                reason_{{ place }}_cell asc nulls last,
                {%- endfor %}
                {%- for column in columns %}
                {{ column }} asc nulls last{{ ',' if not loop.last }}
                {%- endfor %}
        ) as reason_set,
        *
    from sets
)

select * from final
