-- One row per portfolio × combination of the grouping attributes: n, mean and variance of every metric, in one scan.
-- sqlfluff:exclude_rules:structure.column_order,ambiguous.column_count,layout.indent
{{ config(materialized='table') }}

{%- set attributes = attribute_names('groups') %}
{%- set metrics = attribute_names('metric') %}
with attributed as (
    {{ attributes_of_clients() }}
),

clients as (
    select
        portfolio,
        {{ groups_as_they_are() | indent(8) }},
        {%- for metric in attribute_names('metric', ['whole_number', 'amount']) %}
        cast({{ metric }} as double) as {{ metric }},
        {%- endfor %}
        {%- for metric in client_attributes('metric', ['yes_no']) %}
        {{ 'case ' ~ metric.presence ~ ' when true then 0e0 when false then 1e0 end' if metric.kind == 'absence'
            else 'cast(cast(' ~ metric.name ~ ' as integer) as double)' }} as {{ metric.name }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from attributed
),

cells as (
    select
        portfolio,
        {%- for attribute in attributes %}
        {{ group_text(attribute ~ '_group') }} as {{ attribute }},
        {%- endfor %}
        {%- for metric in metrics %}
        count({{ metric }}) as {{ metric }}_count,
        avg({{ metric }}) as {{ metric }}_mean,
        var_samp({{ metric }}) as {{ metric }}_variance,
        {%- endfor %}
        cast(count(*) as bigint) as client_count
    from clients
    group by portfolio, {{ attributes | join('_group, ') }}_group
),

numbered as (
    select
        *,
        row_number() over (order by portfolio, {{ attributes | join(', ') }}) as cell_id
    from cells
)

select * from numbered
