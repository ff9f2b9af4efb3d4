-- One row per portfolio × set of products that clients hold: its churn, with bounds corrected for how many sets were
-- looked at, and beside it that of other sets of as many products. Rare sets stand together.
with sets as (
    select * from {{ ref('int_product_sets') }}
),

bounds as (
    select * from {{ ref('int_product_set_bounds') }}
),

products as (
    select * from {{ ref('products') }}
),

sizes as (
    select
        portfolio,
        sum(client_count) as client_count,
        sum(churned_count) as churned_count
    from sets
    group by portfolio
),

same_number as (
    select
        portfolio,
        product_number,
        sum(client_count) as client_count,
        sum(churned_count) as churned_count
    from sets
    where product_number is not null
    group by portfolio, product_number
),

-- Few sets are left, so they are taken apart for their names.
named as (
    select
        sets.portfolio,
        sets.product_set,
        {{ dbt.listagg('products.label_ru', "' + '", 'order by products.label_ru') }} as set_label_ru,
        {{ dbt.listagg('products.label_en', "' + '", 'order by products.label_en') }} as set_label_en
    from sets
    inner join products on instr('+' || sets.product_set || '+', '+' || products.product_code || '+') > 0
    group by sets.portfolio, sets.product_set
),

final as (
    select
        sets.portfolio,
        sets.product_set,
        coalesce(named.set_label_ru, case sets.product_set when 'none' then 'нет продуктов' else 'остальные наборы' end)
            as set_label_ru,
        coalesce(named.set_label_en, case sets.product_set when 'none' then 'no products' else 'all other sets' end)
            as set_label_en,
        sets.product_number,
        sets.set_count,
        sets.all_client_count,
        sets.client_count,
        sets.churned_count,
        cast(sets.churned_count as double) / nullif(sets.client_count, 0) as churn_rate,
        {{ wilson_bound('sets.churned_count', 'sets.client_count', 'low') }} as ci_low,
        {{ wilson_bound('sets.churned_count', 'sets.client_count', 'high') }} as ci_high,
        cast(sets.client_count as double) / nullif(sizes.client_count, 0) as share_of_clients,
        cast(sizes.churned_count - sets.churned_count as double) / nullif(sizes.client_count - sets.client_count, 0)
            as rest_churn_rate,
        cast(same_number.churned_count - sets.churned_count as double)
        / nullif(same_number.client_count - sets.client_count, 0) as same_number_churn_rate,
        cast(bounds.comparison_count as bigint) as comparison_count,
        bounds.joint_ci_low,
        bounds.joint_ci_high,
        case
            when sets.product_set = 'other' then 'not_compared'
            when
                bounds.joint_ci_low
                > cast(sizes.churned_count - sets.churned_count as double) / (sizes.client_count - sets.client_count)
                then 'higher'
            when
                bounds.joint_ci_high
                < cast(sizes.churned_count - sets.churned_count as double) / (sizes.client_count - sets.client_count)
                then 'lower'
            else 'not_shown'
        end as finding,
        {{ is_suppressed('sets.all_client_count') }} as is_suppressed,
        {{ data_origin_of('sets.portfolio') }} as data_origin
    from sets
    inner join bounds on sets.portfolio = bounds.portfolio and sets.product_set = bounds.product_set
    inner join sizes on sets.portfolio = sizes.portfolio
    left join same_number
        on sets.portfolio = same_number.portfolio and sets.product_number = same_number.product_number
    left join named on sets.portfolio = named.portfolio and sets.product_set = named.product_set
)

select * from final
