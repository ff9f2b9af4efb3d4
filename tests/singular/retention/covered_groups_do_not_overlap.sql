-- Claim: what the groups of the cover add, one after the other, never exceeds a group's own size nor the portfolio.
with groups as (
    select * from {{ ref('target_groups') }}
    where cover_order is not null
)

select *
from groups
where
    cover_client_count not between {{ var('min_target_group_size') }} and client_count
    or cover_churned_count > churned_count
    or cover_share_of_clients > 1
    or cover_share_of_churn > 1 + 1e-12
    or cover_churn_rate < cover_lower_bound
