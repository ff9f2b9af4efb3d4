-- One row per campaign × risk band × arm: sums from which its figures follow, over clients whose outcome is known.
{{ config(materialized='table') }}

with members as (
    select
        *,
        coalesce(churn_probability, 0e0) as score,
        case when has_left then 1e0 else 0e0 end as lost
    from {{ ref('campaign_members') }}
),

final as (
    select
        portfolio,
        campaign,
        risk_band,
        arm,
        cast(count(*) as bigint) as member_count,
        cast(count(*) filter (where contacted_on is not null) as bigint) as contacted_count,
        cast(count(*) filter (where not split_holds) as bigint) as broken_count,
        cast(count(*) filter (where has_disappeared) as bigint) as disappeared_count,
        cast(count(has_left) as bigint) as client_count,
        cast(count(*) filter (where has_left) as bigint) as left_count,
        coalesce(sum(score) filter (where has_left is not null), 0e0) as score_sum,
        coalesce(sum(score * score) filter (where has_left is not null), 0e0) as score_squares,
        coalesce(sum(score * lost) filter (where has_left is not null), 0e0) as score_left_sum,
        coalesce(sum(client_value * lost) filter (where has_left is not null), 0e0) as lost_value,
        coalesce(sum(client_value * client_value * lost) filter (where has_left is not null), 0e0) as lost_value_squares
    from members
    group by portfolio, campaign, risk_band, arm
)

select * from final
