-- Who churns by city: is churn in a city surely above or below the bank's own rate?
with rates as (
    select * from {{ ref('churn_by_city') }}
),

totals as (
    select * from {{ ref('churn_rates') }}
    where dimension_name = 'all'
),

final as (
    select
        rates.portfolio,
        rates.city,
        rates.client_count,
        rates.churned_count,
        rates.churn_rate,
        rates.ci_low,
        rates.ci_high,
        totals.churn_rate as portfolio_churn_rate,
        rates.share_of_clients,
        rates.share_of_churn,
        rates.is_small_group,
        case
            when rates.is_small_group then 'too few clients'
            when rates.ci_low > totals.churn_rate then 'above the portfolio'
            when rates.ci_high < totals.churn_rate then 'below the portfolio'
            else 'not told apart'
        end as compared_with_portfolio,
        rates.data_origin
    from rates
    inner join totals on rates.portfolio = totals.portfolio
)

select * from final
order by portfolio asc, is_small_group asc, churn_rate desc
