-- One row per client who has not left: how much the client resembles the leavers, yearly income, what of it counts, and
-- the combination of banded attributes that the client has.
{{ config(materialized='table') }}
{%- set income = "coalesce(clients.balance, 0) * " ~ var('balance_margin') ~ "e0 + product_values.annual_value" %}

with all_clients as (
    {{ attributes_of_clients() }}
),

clients as (
    select
        *,
        coalesce(product_count, 0) as products
    from all_clients
    where is_churned is not true
),

cells as (
    select * from {{ ref('churn_cells') }}
),

scores as (
    select * from {{ ref('int_client_scores') }}
),

product_values as (
    select * from {{ ref('product_values') }}
),

-- Whole hundredths are summed: sums of fractions differ from run to run.
caps as (
    select
        clients.portfolio,
        {{ var('max_value_multiple') }}e0
        * cast(sum(cast(round(100 * ({{ income }})) as bigint)) as double) / count(*) / 100 as value_cap
    from clients
    inner join product_values
        on
            clients.products >= product_values.products_from
            and (product_values.products_below is null or clients.products < product_values.products_below)
    group by clients.portfolio
),

-- What is not stated is worth nothing here: a promise is made on what is known only.
valued as (
    select
        clients.portfolio,
        clients.client_key,
        cast(clients.client_id as {{ dbt.type_string() }}) as client_id,
        cells.cell_id,
        scores.churn_probability,
        scores.risk_band,
        {{ income }} as value_at_risk,
        caps.value_cap
    from clients
    inner join product_values
        on
            clients.products >= product_values.products_from
            and (product_values.products_below is null or clients.products < product_values.products_below)
    inner join caps on clients.portfolio = caps.portfolio
    left join scores on clients.client_key = scores.client_key
    inner join cells
        on
            clients.portfolio = cells.portfolio
            {%- for attribute in attribute_names('rates') %}
            and {{ group_text('clients.' ~ attribute) }} = cells.{{ attribute }}
            {%- endfor %}
),

final as (
    select
        portfolio,
        client_key,
        client_id,
        cell_id,
        churn_probability,
        risk_band,
        value_at_risk,
        least(value_at_risk, value_cap) as counted_value,
        value_at_risk > value_cap as is_value_capped,
        churn_probability * least(value_at_risk, value_cap) as value_to_save
    from valued
)

select * from final
