-- Claim: the evidence that a recommendation is bound to exists; a slip in the seed would read "cannot be tested".
with registered as (
    select * from {{ ref('registered_recommendations') }}
    where evidence_kind <> 'none'
),

known as (
    select
        'hypothesis' as evidence_kind,
        hypothesis_id as evidence_key
    from {{ ref('hypotheses') }}
    union all
    select
        'hint' as evidence_kind,
        hint_code as evidence_key
    from {{ ref('segment_hints') }}
    where segment_version = 1
    union all
    select
        'segment_churn' as evidence_kind,
        segment_code as evidence_key
    from {{ ref('segments') }}
    where segment_version = 1
    union all
    select
        'cover' as evidence_kind,
        'target_group_search' as evidence_key
    union all
    select
        'products' as evidence_kind,
        'churn_by_product' as evidence_key
)

select
    registered.recommendation_id,
    registered.evidence_kind,
    registered.evidence_key
from registered
left join known
    on registered.evidence_kind = known.evidence_kind and registered.evidence_key = known.evidence_key
where known.evidence_key is null
