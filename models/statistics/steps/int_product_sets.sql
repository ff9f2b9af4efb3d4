-- One row per portfolio × set of products that clients hold: how many clients, how many of them left. Sets of few
-- clients stand together as one, `other`.
-- sqlfluff:exclude_rules:structure.column_order,ambiguous.column_count,layout.indent
{{ config(materialized='table') }}

with cells as (
    select * from {{ ref('churn_cells') }}
),

held as (
    {%- for bank in switched_on_portfolios() if held_products(bank) %}
    select
        portfolio,
        concat_ws(
            '+'
            {%- for product in held_products(bank) %},
            case when {{ holding_name(product) }} = 'true' then '{{ product }}' end
            {%- endfor %}
        ) as product_set,
        {%- for product in held_products(bank) %}
        case when {{ holding_name(product) }} = 'true' then 1 else 0 end {{ '+' if not loop.last }}
        {%- endfor %} as product_number,
        client_count as all_client_count,
        known_churn_count,
        churned_count
    from cells
    where
        portfolio = '{{ bank }}'
        {%- for product in held_products(bank) %}
        and {{ holding_name(product) }} <> 'unknown'
        {%- endfor %}
    union all
    {%- endfor %}
    select
        portfolio,
        'none' as product_set,
        0 as product_number,
        client_count as all_client_count,
        known_churn_count,
        churned_count
    from cells
    where false
),

counted as (
    select
        portfolio,
        case when product_set = '' then 'none' else product_set end as product_set,
        product_number,
        sum(all_client_count) as all_client_count,
        sum(known_churn_count) as client_count,
        sum(churned_count) as churned_count
    from held
    group by portfolio, product_set, product_number
),

grouped as (
    select
        *,
        client_count < {{ var('small_group_size') }} as is_rare
    from counted
),

final as (
    select
        portfolio,
        case when is_rare then 'other' else product_set end as product_set,
        cast(case when not is_rare then product_number end as integer) as product_number,
        cast(count(*) as bigint) as set_count,
        cast(sum(all_client_count) as bigint) as all_client_count,
        cast(sum(client_count) as bigint) as client_count,
        cast(sum(churned_count) as bigint) as churned_count
    from grouped
    group by
        portfolio,
        case when is_rare then 'other' else product_set end,
        case when not is_rare then product_number end
)

select * from final
