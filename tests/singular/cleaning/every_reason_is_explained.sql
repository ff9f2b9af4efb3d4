-- Claim: every reason a row is rejected for is explained in the seed quality_checks.
with rejected as (
    select
        reason_codes,
        length(reason_codes) - length(replace(reason_codes, ',', '')) + 1 as reason_count
    from {{ ref('int_clients__verdicts') }}
    where reason_codes <> ''
    group by reason_codes
)

select
    rejected.reason_codes,
    rejected.reason_count,
    count(checks.check_name) as explained_count
from rejected
left join {{ ref('quality_checks') }} as checks
    on ',' || rejected.reason_codes || ',' like '%,' || checks.check_name || ',%' and checks.kind = 'rejection'
group by rejected.reason_codes, rejected.reason_count
having count(checks.check_name) <> rejected.reason_count
