-- Claim: every spelling of a product is of a row of products.
select
    spellings.spelling,
    spellings.product_code
from {{ ref('product_spellings') }} as spellings
left join {{ ref('products') }} as products on spellings.product_code = products.product_code
where products.product_code is null
