-- One row per portfolio × way of grouping × group: the counts and sums its portrait is drawn from.
{{ config(materialized='table') }}

{%- set counts = ['all_client_count', 'client_count', 'churned_count'] %}
{%- set metrics = attribute_names('portraits', ['whole_number', 'amount']) %}
with cells as (
    select * from {{ ref('int_portrait_cells') }}
),

summed as (
    {%- for kind, code in portrait_kinds().items() %}
    select
        portfolio,
        '{{ kind }}' as group_kind,
        {{ code }} as group_code,
        {%- for share in portrait_shares() %}
        cast(sum({{ share }}_count) as bigint) as {{ share }}_count,
        cast(sum({{ share }}_known_count) as bigint) as {{ share }}_known_count,
        {%- endfor %}
        {%- for metric in metrics %}
        cast(sum({{ metric }}_count) as bigint) as {{ metric }}_count,
        sum({{ metric }}_sum) as {{ metric }}_sum,
        {%- endfor %}
        {%- for count in counts[:-1] %}
        cast(sum({{ count }}) as bigint) as {{ count }},
        {%- endfor %}
        cast(sum({{ counts[-1] }}) as bigint) as {{ counts[-1] }}
    from cells
    where {{ code }} is not null
    group by portfolio, {{ code }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select * from summed
