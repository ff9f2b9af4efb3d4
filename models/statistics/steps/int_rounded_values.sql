-- One row per portfolio × continuous metric × grouping attribute × group × value rounded to three significant digits:
-- how many clients, in one scan: first of each combination of groups, then of each group.
{{ config(materialized='table') }}

{%- set attributes = attribute_names('groups') %}
{%- set metrics = attribute_names('metric', ['amount']) %}
with attributed as (
    {{ attributes_of_clients() }}
),

clients as (
    select
        {%- for metric in metrics %}
        {{ round_to_significant(metric) }} as {{ metric }},
        {%- endfor %}
        {{ groups_as_they_are() | indent(8) }},
        portfolio,
        has_balance as kept_has_balance
    from attributed
),

cells as (
    select
        portfolio,
        kept_has_balance,
        {%- for attribute in attributes %}
        {{ attribute }}_group,
        {%- endfor %}
        {%- for metric in metrics %}
        {{ metric }} as {{ metric }}_value,
        grouping({{ metric }}) as {{ metric }}_is_absent,
        {%- endfor %}
        count(*) as client_count
    from clients
    group by grouping sets ( -- noqa: PRS
        {%- for metric in metrics %}
        (portfolio, kept_has_balance, {{ attributes | join('_group, ') }}_group, {{ metric }}){{ ',' if not loop.last }}
        {%- endfor %}
    )
),

long as (
    select
        portfolio,
        kept_has_balance,
        {%- for attribute in attributes %}
        {{ attribute }}_group,
        {%- endfor %}
        case
            {%- for metric in metrics %}
            when {{ metric }}_is_absent = 0 then '{{ metric }}'
            {%- endfor %}
        end as metric,
        case
            {%- for metric in metrics %}
            when {{ metric }}_is_absent = 0 then {{ metric }}_value
            {%- endfor %}
        end as metric_value,
        client_count
    from cells
),

counted as (
    select
        portfolio,
        kept_has_balance,
        metric,
        metric_value,
        {%- for attribute in attributes %}
        {{ group_text(attribute ~ '_group') }} as {{ attribute }},
        grouping({{ attribute }}_group) as {{ attribute }}_is_absent,
        {%- endfor %}
        cast(sum(client_count) as bigint) as client_count
    from long
    where metric_value is not null
    group by grouping sets ( -- noqa: PRS
        {%- for attribute in attributes %}
        (portfolio, kept_has_balance, metric, metric_value, {{ attribute }}_group){{ ',' if not loop.last }}
        {%- endfor %}
    )
),

labelled as (
    select
        portfolio,
        {{ group_text('kept_has_balance') }} as has_balance,
        metric,
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
        metric_value,
        client_count
    from counted
)

select * from labelled
