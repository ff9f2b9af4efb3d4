-- Where is the balance missing: what share of a city's clients has none, and does churn differ with and without one?
with profile as (
    select * from {{ ref('missing_balance_profile') }}
    where dimension_name in ('all', 'city')
),

final as (
    select
        portfolio,
        dimension_name,
        value_label_ru as city,
        client_count,
        missing_count,
        missing_share,
        missing_share_ci_low,
        missing_share_ci_high,
        churn_rate_missing,
        ci_low_missing,
        ci_high_missing,
        churn_rate_present,
        ci_low_present,
        ci_high_present,
        data_origin
    from profile
)

select * from final
order by portfolio asc, dimension_name asc, missing_share desc
