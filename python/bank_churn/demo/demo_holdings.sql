-- One row = one product of one generated client of Metanprom, as the bank's second file says it; `extract` holds its clients
-- as text. A client holds as many products as the extract counts, the credit card where the extract has one. Of those who left
-- more held an insurance than of those who stayed with as many products: that is what there is to be found.
with products as (
    select unnest([
        {name: 'кредитная карта', weight: 0.0e0, weight_left: 0.0e0},
        {name: 'текущий счёт', weight: 1.0e0, weight_left: 1.0e0},
        {name: 'дебетовая карта', weight: 0.9e0, weight_left: 0.9e0},
        {name: 'вклад', weight: 0.6e0, weight_left: 0.6e0},
        {name: 'кредит наличными', weight: 0.5e0, weight_left: 0.5e0},
        {name: 'страховка', weight: 0.4e0, weight_left: 1.6e0},
        {name: 'паевые фонды', weight: 0.2e0, weight_left: 0.2e0},
        {name: 'ипотека', weight: 0.2e0, weight_left: 0.2e0}
    ], recursive := true)
),

clients as (
    select
        any_value(try_cast(product_count as integer)) as product_count,
        any_value(has_credit_card) = '1' as has_credit_card,
        any_value(is_churned) = '1' as has_left,
        client_id,
    from extract
    where client_id is not null
    group by client_id
),

-- Drawn one after another without putting back: the smallest of -ln(u) / weight.
drawn as (
    select
        clients.client_id,
        clients.product_count,
        products.name,
        demo_bits(clients.client_id, products.name) as bits,
        case
            when products.name = 'кредитная карта' then if(clients.has_credit_card, -1e0, 1e9)
            else -ln(demo_wide_draw(demo_bits(clients.client_id, products.name), 0))
            / if(clients.has_left, products.weight_left, products.weight)
        end as turn,
    from clients
    cross join products
),

placed as (
    select
        *,
        row_number() over (partition by client_id order by turn, name) as place,
    from drawn
),

-- What was closed stays in the file: a product more of every fortieth client, who holds it no longer.
stated as (
    select
        *,
        place > product_count as is_closed,
    from placed
    where place <= product_count or (place = product_count + 1 and demo_draw(bits, 3) < 0.025e0)
)

select
    client_id,
    name as product,
    cast(date '2012-01-01' + cast(floor(4000 * demo_draw(bits, 2)) as integer) as varchar) as opened,
    if(is_closed, '2025-06-30', null) as closed,
from stated
order by client_id, place
