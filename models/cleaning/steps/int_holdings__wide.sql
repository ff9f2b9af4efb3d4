-- One row per portfolio × holder of whom holdings are stated: 1 for each product that is held, 0 for the others.
with stated as (
    select * from {{ ref('int_holdings__stated') }}
),

final as (
    select
        portfolio,
        {%- for product in held_products(forms=['list', 'file']) %}
        max(case when product_code = '{{ product }}' and is_held then '1' else '0' end) as {{ holding_name(product) }},
        {%- endfor %}
        holder
    from stated
    group by portfolio, holder
)

select * from final
