-- Claim: every reason a row is rejected for is explained by a check of its portfolio.
with rejected as (
    select
        portfolio,
        reason_codes,
        length(reason_codes) - length(replace(reason_codes, ',', '')) + 1 as reason_count
    from {{ ref('int_clients__verdicts') }}
    where reason_codes <> ''
    group by portfolio, reason_codes
)

select
    rejected.portfolio,
    rejected.reason_codes,
    rejected.reason_count,
    count(checks.check_name) as explained_count
from rejected
left join {{ ref('int_quality_checks') }} as checks
    on
        rejected.portfolio = checks.portfolio
        and ',' || rejected.reason_codes || ',' like '%,' || checks.check_name || ',%'
        and checks.kind = 'rejection'
group by rejected.portfolio, rejected.reason_codes, rejected.reason_count
having count(checks.check_name) <> rejected.reason_count
