-- One row = one product of one generated client of Metanprom, as the bank's second file says it; `extract` holds its clients
-- as text. A client holds as many products as the extract counts, the credit card where the extract has one. Of those who left
-- more held an insurance than of those who stayed with as many products: that is what there is to be found.
with clients as (
    select
        client_id,
        try_cast(product_count as integer) as product_count,
        has_credit_card = '1' as has_credit_card,
        coalesce(is_churned = '1', false) as has_left,
    from extract
    where client_id is not null and try_cast(product_count as integer) is not null
),

-- Drawn one after another without putting back: the smallest of -ln(u) / weight.
drawn as (
    select
        client_id,
        product_count,
        list_sort(
            [{turn: if(has_credit_card, -1e0, 1e9), name: 'кредитная карта'}]
            || list_transform(
                demo_products(has_left),
                lambda product: {
                    turn: -ln(demo_wide_draw(demo_bits(client_id, product.name), 0)) / product.weight,
                    name: product.name
                }
            )
        )[:product_count + 1] as held,
    from clients
),

placed as (
    select
        client_id,
        product_count,
        unnest(held).name as product,
        unnest(range(1, len(held) + 1)) as place,
    from drawn
),

dated as (
    select
        *,
        demo_bits(client_id, concat(product, ' dates')) as bits,
    from placed
)

-- What was closed stays in the file: a product more of every fortieth client, who holds it no longer.
select
    client_id,
    product,
    cast(date '2012-01-01' + cast(floor(4000 * demo_draw(bits, 2)) as integer) as varchar) as opened,
    if(place > product_count, '2025-06-30', null) as closed,
from dated
where place <= product_count or demo_draw(bits, 3) < 0.025e0
