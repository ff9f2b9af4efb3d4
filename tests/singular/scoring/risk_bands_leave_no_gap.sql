-- Claim: the risk bands follow each other from 0 to 1 without a gap or an overlap.
with bands as (
    select
        *,
        lag(upper_bound) over (order by band_order) as previous_upper_bound,
        lead(lower_bound) over (order by band_order) as next_lower_bound
    from {{ ref('risk_bands') }}
)

select *
from bands
where
    lower_bound >= upper_bound
    or coalesce(previous_upper_bound, 0) <> lower_bound
    or coalesce(next_lower_bound, 1) <> upper_bound
