-- Claim: every segment has a rule, every rule belongs to a named segment, and every version is one that is built.
with segments as (
    select * from {{ ref('segments') }}
),

rules as (
    select distinct
        segment_version,
        segment_code
    from {{ ref('segment_rules') }}
)

select
    coalesce(segments.segment_version, rules.segment_version) as segment_version,
    coalesce(segments.segment_code, rules.segment_code) as segment_code,
    case
        when rules.segment_code is null then 'a segment without a rule'
        when segments.segment_code is null then 'a rule without a segment'
        else 'a version that is not built'
    end as problem
from segments
full outer join rules
    on segments.segment_version = rules.segment_version and segments.segment_code = rules.segment_code
where
    rules.segment_code is null
    or segments.segment_code is null
    or segments.segment_version not in ({{ segment_versions() | join(', ') }})
