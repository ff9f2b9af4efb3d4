-- Claim: "there is no sign" is said only where no difference is shown, and a shown difference keeps its direction.
with recommendations as (
    select * from {{ ref('recommendations', v=2) }}
    where evidence_kind = 'hypothesis' and status <> 'not_testable'
),

hypotheses as (
    select * from {{ ref('hypothesis_results') }}
)

select
    recommendations.portfolio,
    recommendations.recommendation_id,
    hypotheses.verdict,
    recommendations.finding_ru,
    recommendations.finding_en
from recommendations
inner join hypotheses
    on
        recommendations.portfolio = hypotheses.portfolio
        and recommendations.evidence_key = hypotheses.hypothesis_id
where
    (hypotheses.verdict = 'not_shown') <> (recommendations.finding_en like 'There is no sign%')
    or (hypotheses.verdict = 'not_shown') <> (recommendations.finding_ru like 'Не видно%')
    or (
        hypotheses.verdict in ('differs', 'unclear', 'negligible')
        and hypotheses.difference > 0
        and (recommendations.finding_en not like '%more often%' or recommendations.finding_ru not like '%чаще%')
    )
    or (
        hypotheses.verdict in ('differs', 'unclear', 'negligible')
        and hypotheses.difference < 0
        and (recommendations.finding_en not like '%less often%' or recommendations.finding_ru not like '%реже%')
    )
    or (recommendations.status = 'supported' and hypotheses.verdict <> 'differs')
