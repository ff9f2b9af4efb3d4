-- One row per client who is offered the next product: which.
{{ config(materialized='table') }}

with offers as (
    select * from {{ ref('int_client_offers') }}
    where offer_code = 'next_product'
),

client_values as (
    select * from {{ ref('int_client_values') }}
),

cells as (
    select * from {{ ref('int_next_product_cells') }}
),

products as (
    select * from {{ ref('products') }}
),

final as (
    select
        offers.client_key,
        cells.product_code,
        products.label_ru as product_label_ru,
        products.label_en as product_label_en
    from offers
    inner join client_values on offers.client_key = client_values.client_key
    inner join cells on client_values.cell_id = cells.cell_id
    inner join products on cells.product_code = products.product_code
)

select * from final
