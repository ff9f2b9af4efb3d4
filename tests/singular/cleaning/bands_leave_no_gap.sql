-- Claim: the bands of an attribute follow each other without a gap or an overlap; the last is open, shares run to 1.
with bands as (
    select
        *,
        lag(upper_bound) over (partition by attribute order by band_order) as previous_upper_bound,
        lead(lower_bound) over (partition by attribute order by band_order) as next_lower_bound
    from {{ ref('bands') }}
)

select *
from bands
where
    lower_bound >= upper_bound
    or previous_upper_bound <> lower_bound
    or (previous_upper_bound is null and lower_bound <> 0)
    or (kind = 'share' and next_lower_bound is null and upper_bound <> 1)
    or (kind = 'value' and (upper_bound is null) <> (next_lower_bound is null))
