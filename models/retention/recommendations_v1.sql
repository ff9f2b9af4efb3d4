-- One row per portfolio × recommendation of the studies: the advice, this portfolio's evidence, the verdict.
with registered as (
    select * from {{ ref('registered_recommendations') }}
),

evidence as (
    select * from {{ ref('int_recommendation_evidence') }}
),

statuses as (
    select * from {{ ref('recommendation_statuses') }}
),

portfolios as (
    select distinct portfolio from {{ ref('int_churn_counts') }}
),

judged as (
    select
        portfolios.portfolio,
        registered.*,
        evidence.client_count,
        evidence.churn_rate,
        evidence.ci_low,
        evidence.ci_high,
        evidence.comparison_rate,
        evidence.difference,
        evidence.p_value_adjusted,
        evidence.effect_size_name,
        evidence.effect_size,
        coalesce(evidence.evidence_ru, registered.not_testable_ru, 'Данных для проверки нет.') as evidence_ru,
        coalesce(evidence.evidence_en, registered.not_testable_en, 'There are no data to test it with.') as evidence_en,
        coalesce(evidence.is_suppressed, false) as is_suppressed,
        case
            when coalesce(evidence.finding, 'unknown') = 'unknown' then 'not_testable'
            when evidence.finding = registered.expected then 'supported'
            when registered.expected = 'different' and evidence.finding in ('higher', 'lower') then 'supported'
            when evidence.finding = 'unclear' then 'not_supported'
            else 'contradicted'
        end as status
    from registered
    cross join portfolios
    left join evidence
        on
            portfolios.portfolio = evidence.portfolio
            and registered.evidence_kind = evidence.evidence_kind
            and registered.evidence_key = evidence.evidence_key
),

final as (
    select
        judged.portfolio,
        judged.recommendation_id,
        cast(judged.recommendation_order as integer) as recommendation_order,
        judged.source,
        judged.segment_code,
        judged.group_code,
        judged.advice_ru || ' Основание: ' || judged.premise_ru || ' Вывод: ' || statuses.label_ru || '. '
        || coalesce(judged.evidence_ru, '') as text_ru,
        judged.advice_en || ' Premise: ' || judged.premise_en || ' Finding: ' || statuses.label_en || '. '
        || coalesce(judged.evidence_en, '') as text_en,
        judged.advice_ru,
        judged.advice_en,
        judged.premise_ru,
        judged.premise_en,
        judged.offer_ru,
        judged.offer_en,
        judged.status,
        cast(statuses.status_order as integer) as status_order,
        statuses.label_ru as status_label_ru,
        statuses.label_en as status_label_en,
        judged.status = 'supported' as is_supported,
        judged.evidence_kind,
        judged.evidence_key,
        judged.expected,
        judged.client_count,
        judged.churn_rate,
        judged.ci_low,
        judged.ci_high,
        judged.comparison_rate,
        judged.difference,
        judged.p_value_adjusted,
        judged.effect_size_name,
        judged.effect_size,
        judged.evidence_ru,
        judged.evidence_en,
        judged.is_suppressed,
        {{ data_origin_of('judged.portfolio') }} as data_origin
    from judged
    inner join statuses on judged.status = statuses.status
)

select * from final
