-- One row per portfolio × group that the search found surely above the portfolio's churn rate; these groups overlap.
with candidates as (
    select * from {{ ref('int_group_candidates') }}
    where lower_bound > portfolio_churn_rate
),

final as (
    select
        portfolio,
        rule,
        cast(condition_count as integer) as condition_count,
        cast(place as bigint) as churn_rank,
        all_client_count,
        client_count,
        churned_count,
        churn_rate,
        {{ wilson_bound('churned_count', 'client_count', 'low') }} as ci_low,
        {{ wilson_bound('churned_count', 'client_count', 'high') }} as ci_high,
        lower_bound,
        portfolio_churn_rate,
        churn_rate / nullif(portfolio_churn_rate, 0) as lift,
        half_client_count,
        half_churn_rate,
        half_lower_bound,
        other_client_count,
        other_churn_rate,
        other_lower_bound,
        {{ data_origin_of('portfolio') }} as data_origin
    from candidates
)

select * from final
