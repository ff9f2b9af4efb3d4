-- Claim: a product that a bank's clients may hold, by var portfolios, is a row of products; else it would have no name.
with products as (
    select * from {{ ref('products') }}
),

held as (
    {%- for product in held_products() %}
    select '{{ product }}' as product_code
    union all
    {%- endfor %}
    select product_code from products
    where false
)

select held.product_code
from held
left join products on held.product_code = products.product_code
where products.product_code is null
