-- One row per portfolio × combination of all banded attributes: how many clients, how many of them left.
{{ config(materialized='table') }}

with clients as (
    select * from {{ ref('clients') }}
),

cells as (
    select
        portfolio,
        {%- for attribute in churn_attributes() %}
        {{ group_text(attribute) }} as {{ attribute }},
        {%- endfor %}
        cast(count(*) as bigint) as client_count,
        cast(count(is_churned) as bigint) as known_churn_count,
        cast(count(*) filter (where is_churned) as bigint) as churned_count
    from clients
    group by all
)

select * from cells
