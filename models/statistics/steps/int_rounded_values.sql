-- One row per portfolio × continuous metric × grouping attribute × group × value rounded to three significant digits:
-- how many clients, in one scan.
{{ config(materialized='table') }}

{%- set attributes = attribute_names('groups') %}
{%- set metrics = attribute_names('metric', ['amount']) %}
with attributed as (
    {{ attributes_of_clients() }}
),

clients as (
    select
        {%- for attribute in attributes %}
        {{ group_text(attribute) }} as {{ attribute }}_group,
        {%- endfor %}
        {%- for metric in metrics %}
        {{ round_to_significant(metric) }} as {{ metric }},
        {%- endfor %}
        portfolio,
        {{ group_text('has_balance') }} as kept_has_balance
    from attributed
),

counted as (
    select
        portfolio,
        kept_has_balance,
        {%- for metric in metrics %}
        {{ metric }} as {{ metric }}_value,
        grouping({{ metric }}) as {{ metric }}_is_absent,
        {%- endfor %}
        {%- for attribute in attributes %}
        {{ attribute }}_group as {{ attribute }},
        grouping({{ attribute }}_group) as {{ attribute }}_is_absent,
        {%- endfor %}
        count(*) as client_count
    from clients
    group by grouping sets ( -- noqa: PRS
        {%- for metric in metrics %}
        {%- set outer = loop %}
        {%- for attribute in attributes %}
        (portfolio, kept_has_balance, {{ metric }}, {{ attribute }}_group){{ ',' if not (loop.last and outer.last) }}
        {%- endfor %}
        {%- endfor %}
    )
),

labelled as (
    select
        portfolio,
        kept_has_balance as has_balance,
        case
            {%- for metric in metrics %}
            when {{ metric }}_is_absent = 0 then '{{ metric }}'
            {%- endfor %}
        end as metric,
        case
            {%- for attribute in attributes %}
            when {{ attribute }}_is_absent = 0 then '{{ attribute }}'
            {%- endfor %}
        end as group_attribute,
        case
            {%- for attribute in attributes %}
            when {{ attribute }}_is_absent = 0 then {{ attribute }}
            {%- endfor %}
        end as group_value,
        case
            {%- for metric in metrics %}
            when {{ metric }}_is_absent = 0 then {{ metric }}_value
            {%- endfor %}
        end as metric_value,
        client_count
    from counted
)

select * from labelled
where metric_value is not null
