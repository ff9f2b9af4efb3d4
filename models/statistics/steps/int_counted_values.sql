-- One row per portfolio × combination of the grouping attributes × counted metric × value: how many clients.
{{ config(materialized='table') }}

{%- set attributes = attribute_names('groups') %}
{%- set metrics = attribute_names('metric', ['whole_number']) %}
with attributed as (
    {{ attributes_of_clients() }}
),

clients as (
    select
        portfolio,
        {{ groups_as_they_are() | indent(8) }},
        {{ metrics | join(',\n        ') }}
    from attributed
),

counted as (
    select
        portfolio,
        {%- for attribute in attributes %}
        {{ group_text(attribute ~ '_group') }} as {{ attribute }},
        {%- endfor %}
        {%- for metric in metrics %}
        {{ metric }} as {{ metric }}_value,
        grouping({{ metric }}) as {{ metric }}_is_absent,
        {%- endfor %}
        count(*) as client_count
    from clients
    group by grouping sets ( -- noqa: PRS
        {%- for metric in metrics %}
        (portfolio, {{ attributes | join('_group, ') }}_group, {{ metric }}){{ ',' if not loop.last }}
        {%- endfor %}
    )
),

labelled as (
    select
        portfolio,
        {%- for attribute in attributes %}
        {{ attribute }},
        {%- endfor %}
        case
            {%- for metric in metrics %}
            when {{ metric }}_is_absent = 0 then '{{ metric }}'
            {%- endfor %}
        end as metric,
        cast(
            case
                {%- for metric in metrics %}
                when {{ metric }}_is_absent = 0 then {{ metric }}_value
                {%- endfor %}
            end as double
        ) as metric_value,
        client_count
    from counted
)

select * from labelled
where metric_value is not null
