-- Claim: a segment that is said to leave more, or less, than the other clients has a churn rate above, or below, that
-- of the portfolio, and its p-value corrected for the number of segments is below the level.
with segments as (
    select * from {{ ref('segment_portraits') }}
),

portfolios as (
    select
        portfolio,
        churn_rate
    from {{ ref('churn_rates') }}
    where dimension_name = 'all'
)

select
    segments.portfolio,
    segments.segment_code,
    segments.churn_finding,
    segments.churn_rate,
    portfolios.churn_rate as portfolio_churn_rate
from segments
inner join portfolios on segments.portfolio = portfolios.portfolio
where
    (segments.churn_finding = 'higher' and not segments.churn_rate > portfolios.churn_rate)
    or (segments.churn_finding = 'lower' and not segments.churn_rate < portfolios.churn_rate)
    or (segments.churn_finding in ('higher', 'lower')) <> coalesce(segments.p_value_adjusted < 0.05, false)
