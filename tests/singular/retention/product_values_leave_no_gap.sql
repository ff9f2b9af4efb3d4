-- Claim: every number of products has one value: rows follow one another from zero, and the last one is open.
with numbered as (
    select
        *,
        lead(products_from) over (order by products_from) as next_from,
        row_number() over (order by products_from) as place
    from {{ ref('product_values') }}
)

select *
from numbered
where
    (place = 1 and products_from <> 0)
    or products_below is distinct from next_from
    or annual_value < 0
