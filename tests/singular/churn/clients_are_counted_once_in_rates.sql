-- Claim: a portfolio's total in churn_rates is its clients with a known churn, and unknown churn is the rest.
with clients as (
    select
        portfolio,
        count(*) as client_count,
        count(is_churned) as known_churn_count,
        count(*) filter (where is_churned) as churned_count
    from {{ ref('clients') }}
    group by portfolio
),

totals as (
    select * from {{ ref('churn_rates') }}
    where dimension_name = 'all'
)

select
    clients.portfolio,
    clients.client_count,
    clients.known_churn_count,
    clients.churned_count,
    totals.client_count as rated_client_count
from clients
left join totals on clients.portfolio = totals.portfolio
where
    coalesce(totals.client_count, -1) <> clients.known_churn_count
    or totals.churned_count <> clients.churned_count
    or totals.unknown_churn_count <> clients.client_count - clients.known_churn_count
