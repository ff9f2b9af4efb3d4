-- One row per portfolio × continuous metric × grouping attribute × group × value: how many clients.
-- A view: it has about as many rows as clients per attribute, and only the rank sums read it.
{%- set attributes = statistics_attributes() %}
with clients as (
    select * from {{ ref('clients') }}
),

counted as (
    {%- for metric in statistics_metrics('continuous') %}
    {%- set outer = loop %}
    {%- for attribute in attributes %}
    select
        portfolio,
        cast(has_balance as {{ dbt.type_string() }}) as has_balance,
        '{{ metric }}' as metric,
        '{{ attribute }}' as group_attribute,
        cast({{ attribute }} as {{ dbt.type_string() }}) as group_value,
        {{ metric }} as metric_value,
        count(*) as client_count
    from clients
    where {{ metric }} is not null and {{ attribute }} is not null
    group by portfolio, has_balance, {{ attribute }}, {{ metric }}
    {%- if not (loop.last and outer.last) %}
    union all
    {%- endif %}
    {%- endfor %}
    {%- endfor %}
)

select * from counted
