-- Do active clients leave more often, and is it so in every city?
with rates as (
    select * from {{ ref('churn_rates') }}
    where dimension_name in ('is_active', 'city, is_active')
),

final as (
    select
        portfolio,
        case dimension_name when 'is_active' then 'all' else dimension_1_value end as city,
        case dimension_name when 'is_active' then dimension_value else dimension_2_value end as is_active,
        client_count,
        churned_count,
        churn_rate,
        ci_low,
        ci_high,
        reading_ru,
        reading_en,
        is_small_group
    from rates
)

select * from final
order by portfolio, city, is_active
