-- One row per portfolio × check of stated holdings: how many statements are of a product or of a client that nobody
-- knows.
-- sqlfluff:exclude_rules:structure.unused_cte
with stated as (
    select * from {{ ref('int_holdings__stated') }}
),

clients as (
    select distinct
        portfolio,
        client_id
    from {{ ref('clients') }}
),

final as (
    select
        portfolio,
        'holding_of_unknown_product' as check_name,
        cast(count(*) as bigint) as row_count
    from stated
    where product_code is null
    group by portfolio
    {%- for bank in switched_on_portfolios() if held_products(bank, ['file']) %}
    union all
    select
        '{{ bank }}' as portfolio,
        'holding_of_unknown_client' as check_name,
        cast(count(*) as bigint) as row_count
    from stated
    left join clients on stated.portfolio = clients.portfolio and stated.holder = clients.client_id
    where stated.portfolio = '{{ bank }}' and clients.client_id is null
    {%- endfor %}
)

select * from final
