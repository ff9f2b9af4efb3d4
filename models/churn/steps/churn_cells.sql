-- One row per portfolio × combination of all banded attributes: how many clients, how many of them left.
-- sqlfluff:exclude_rules:layout.long_lines
{{ config(materialized='table') }}

{#- An additional attribute of too many values (an id, a date, an amount) stops the build in one sentence. #}
{%- set problems = [] %}
{%- for name in attribute_names(forms=['category']) if name in additional_attributes() %}
{%- set value = attribute_from_json('additional_attributes', name) %}
{%- do problems.append("select portfolio || ': the additional attribute " ~ name ~ " has ' || count(distinct " ~ value
    ~ ") || ' values, more than max_attribute_values (" ~ var('max_attribute_values')
    ~ "): join them into fewer in the staging model, or take it out of dbt_project.yml.' as sentence from "
    ~ ref('clients') ~ ' group by portfolio having count(distinct ' ~ value ~ ') > ' ~ var('max_attribute_values')) %}
{%- endfor %}
{%- if problems %}
{%- do stop_at_first('(' ~ problems | join(' union all ') ~ ') as problems') %}
{%- endif %}
{%- do check_churn_outcomes() %}
{#- The first digit of a key, which is a hash, is as good as a coin, and the same in every build. #}
{%- set half = "substr(client_key, 1, 1) < '8'" %}

with attributed as (
    {{ attributes_of_clients() }}
),

clients as (
    select
        portfolio,
        client_key,
        is_churned,
        {{ groups_as_they_are('rates') | indent(8) }}
    from attributed
),

cells as (
    select
        portfolio,
        {%- for attribute in attribute_names('rates') %}
        {{ group_text(attribute ~ '_group') }} as {{ attribute }},
        {%- endfor %}
        cast(count(*) as bigint) as client_count,
        cast(count(is_churned) as bigint) as known_churn_count,
        cast(count(*) filter (where is_churned) as bigint) as churned_count,
        cast(count(is_churned) filter (where {{ half }}) as bigint) as half_known_churn_count,
        cast(count(*) filter (where is_churned and {{ half }}) as bigint) as half_churned_count
    from clients
    group by
        portfolio,
        {{ attribute_names('rates') | join('_group,\n        ') }}_group
),

numbered as (
    select
        row_number() over (order by portfolio, {{ attribute_names('rates') | join(', ') }}) as cell_id,
        *
    from cells
)

select * from numbered
