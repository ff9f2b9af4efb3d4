-- One row per portfolio × combination of all banded attributes: how many clients, how many of them left.
{{ config(materialized='table') }}
{%- do check_attribute_values() %}
{#- The first digit of a key, which is a hash, is as good as a coin, and the same in every build. #}
{%- set half = "substr(client_key, 1, 1) < '8'" %}

with clients as (
    {{ attributes_of_clients() }}
),

cells as (
    select
        portfolio,
        {%- for attribute in attribute_names('rates') %}
        {{ group_text(attribute) }} as {{ attribute }},
        {%- endfor %}
        cast(count(*) as bigint) as client_count,
        cast(count(is_churned) as bigint) as known_churn_count,
        cast(count(*) filter (where is_churned) as bigint) as churned_count,
        cast(count(is_churned) filter (where {{ half }}) as bigint) as half_known_churn_count,
        cast(count(*) filter (where is_churned and {{ half }}) as bigint) as half_churned_count
    from clients
    group by all
),

numbered as (
    select
        row_number() over (order by portfolio, {{ attribute_names('rates') | join(', ') }}) as cell_id,
        *
    from cells
)

select * from numbered
