-- One row per portfolio × recommendation of the studies: its words for this bank, the evidence, the people it is for,
-- and what the finding makes of it.
{{ config(materialized='table') }}

with registered as (
    select * from {{ ref('registered_recommendations') }}
),

evidence as (
    select * from {{ ref('int_recommendation_evidence') }}
),

findings as (
    select * from {{ ref('int_findings') }}
),

addressees as (
    select * from {{ ref('int_addressees') }}
),

segments as (
    select * from {{ ref('int_segment_words') }}
),

offers as (
    select * from {{ ref('offers') }}
),

whom as (
    select * from {{ ref('int_addressee_words') }}
),

rates as (
    select * from {{ ref('int_churn_rates') }}
    where dimension_name = 'all'
),

judged as (
    select
        addressees.portfolio,
        registered.*,
        {%- for language, whom in [('ru', 'to_whom_ru'), ('en', 'who_en')] %}
        replace(
            registered.advice_{{ language }}, '{segment}',
            coalesce(lower(substr(segments.{{ whom }}, 1, 1)) || substr(segments.{{ whom }}, 2), '')
        ) as advice_here_{{ language }},
        {%- endfor %}
        offers.offer_code,
        addressees.client_count as addressee_count,
        addressees.churned_count as addressee_churned_count,
        addressees.clients_to_contact,
        whom.whom_ru,
        whom.whom_en,
        rates.churn_rate as portfolio_rate,
        evidence.client_count as evidence_client_count,
        evidence.churn_rate as evidence_rate,
        evidence.ci_low as evidence_ci_low,
        evidence.ci_high as evidence_ci_high,
        evidence.comparison_rate,
        evidence.difference,
        evidence.p_value_adjusted,
        evidence.effect_size_name,
        evidence.effect_size,
        coalesce(evidence.evidence_ru, registered.not_testable_ru, 'Данных для проверки нет.') as evidence_ru,
        coalesce(evidence.evidence_en, registered.not_testable_en, 'There are no data to test it with.') as evidence_en,
        coalesce(
            findings.finding_ru, evidence.evidence_ru, registered.not_testable_ru, 'Данных для проверки нет.'
        ) as finding_ru,
        coalesce(
            findings.finding_en, evidence.evidence_en, registered.not_testable_en, 'There are no data to test it with.'
        ) as finding_en,
        coalesce(evidence.is_suppressed, false) as is_suppressed,
        case
            when coalesce(evidence.finding, 'unknown') = 'unknown' then 'not_testable'
            when evidence.importance = 'negligible' then 'contradicted'
            when
                evidence.finding = registered.expected
                or (registered.expected = 'different' and evidence.finding in ('higher', 'lower'))
                then
                    case
                        when evidence.importance in ('unclear', 'turned_unclear') then 'not_supported'
                        -- That groups differ stands also where it turns round.
                        when evidence.importance = 'turned' and evidence.finding = registered.expected
                            then 'not_supported'
                        else 'supported'
                    end
            when evidence.finding = 'unclear' then 'not_supported'
            else 'contradicted'
        end as status_of_finding
    from registered
    inner join addressees on registered.recommendation_id = addressees.recommendation_id
    left join evidence
        on
            addressees.portfolio = evidence.portfolio
            and registered.evidence_kind = evidence.evidence_kind
            and registered.evidence_key = evidence.evidence_key
    left join findings
        on
            evidence.portfolio = findings.portfolio
            and evidence.evidence_kind = findings.evidence_kind
            and evidence.evidence_key = findings.evidence_key
    left join segments
        on addressees.portfolio = segments.portfolio and registered.segment_code = segments.segment_code
    left join offers on registered.recommendation_id = offers.recommendation_id
    left join rates on addressees.portfolio = rates.portfolio
    left join whom
        on addressees.portfolio = whom.portfolio and registered.recommendation_id = whom.recommendation_id
),

final as (
    select
        *,
        -- Why they left can be asked of those who did.
        case
            when status_of_finding = 'supported' and clients_to_contact = 0 and not is_research then 'nobody_left'
            else status_of_finding
        end as status
    from judged
)

select * from final
