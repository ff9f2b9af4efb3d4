-- Is the difference of Rostov Veliky robust: does churn there differ from the other cities' among like clients, too?
-- Clients with and without a balance are compared apart; a stratum that only one side has adds nothing to the adjusted
-- difference (Mantel and Haenszel's weights).
with cells as (
    select * from {{ ref('churn_cells') }}
    where city <> 'unknown'
),

strata as (
    select
        portfolio,
        case grouping(has_balance) when 1 then 'all' else has_balance end as has_balance,
        cast(coalesce(sum(known_churn_count) filter (where city = 'Ростов Великий'), 0) as bigint) as rostov_clients,
        cast(coalesce(sum(churned_count) filter (where city = 'Ростов Великий'), 0) as bigint) as rostov_churned,
        cast(coalesce(sum(known_churn_count) filter (where city <> 'Ростов Великий'), 0) as bigint) as other_clients,
        cast(coalesce(sum(churned_count) filter (where city <> 'Ростов Великий'), 0) as bigint) as other_churned
    from cells
    group by grouping sets ((portfolio), (portfolio, has_balance)) -- noqa: PRS
),

weighted as (
    select
        *,
        cast(rostov_clients as double) * other_clients / nullif(rostov_clients + other_clients, 0) as weight,
        cast(rostov_churned as double) / nullif(rostov_clients, 0) as rostov_churn_rate,
        cast(other_churned as double) / nullif(other_clients, 0) as other_churn_rate
    from strata
),

adjusted as (
    select
        portfolio,
        sum(weight * (rostov_churn_rate - other_churn_rate)) / nullif(sum(weight), 0) as adjusted_difference
    from weighted
    where has_balance <> 'all' and weight > 0
    group by portfolio
),

final as (
    select
        weighted.portfolio,
        weighted.has_balance,
        weighted.rostov_clients,
        weighted.rostov_churn_rate,
        {{ wilson_bound('weighted.rostov_churned', 'weighted.rostov_clients', 'low') }} as rostov_ci_low,
        {{ wilson_bound('weighted.rostov_churned', 'weighted.rostov_clients', 'high') }} as rostov_ci_high,
        weighted.other_clients,
        weighted.other_churn_rate,
        {{ wilson_bound('weighted.other_churned', 'weighted.other_clients', 'low') }} as other_ci_low,
        {{ wilson_bound('weighted.other_churned', 'weighted.other_clients', 'high') }} as other_ci_high,
        weighted.rostov_churn_rate - weighted.other_churn_rate as difference,
        case weighted.has_balance when 'all' then adjusted.adjusted_difference end as adjusted_difference
    from weighted
    left join adjusted on weighted.portfolio = adjusted.portfolio
)

select * from final
order by portfolio, has_balance
