-- One row per cell of clients × offer whose conditions its clients meet, be the offer made or not.
{{ config(materialized='table') }}

with cells as (
    select * from {{ ref('churn_cells') }}
),

offers as (
    select * from {{ ref('offers') }}
),

-- The next product is offered where there is one.
next_products as (
    select * from {{ ref('int_next_product_cells') }}
),

conditions as (
    select * from {{ ref('int_offer_conditions') }}
),

compared as (
    select
        cells.cell_id,
        conditions.offer_code,
        conditions.allowed_values,
        case conditions.attribute
            {%- for attribute in attribute_names('rates') %}
            when '{{ attribute }}' then cells.{{ attribute }}
            {%- endfor %}
        end as cell_value
    from cells
    inner join conditions on cells.portfolio = conditions.portfolio
),

-- A condition that a cell does not meet keeps the offer from it; an offer without conditions is for everybody.
refused as (
    select distinct
        cell_id,
        offer_code
    from compared
    where not coalesce({{ is_in_groups('cell_value', 'allowed_values') }}, false)
),

final as (
    select
        cells.portfolio,
        cells.cell_id,
        offers.offer_code
    from cells
    cross join offers
    left join refused on cells.cell_id = refused.cell_id and offers.offer_code = refused.offer_code
    left join next_products on cells.cell_id = next_products.cell_id
    where refused.cell_id is null and (offers.offer_code <> 'next_product' or next_products.cell_id is not null)
)

select * from final
