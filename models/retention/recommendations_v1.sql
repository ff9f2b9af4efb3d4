-- One row per portfolio × recommendation of the studies: the advice, this portfolio's evidence, the verdict.
with recommendations as (
    select * from {{ ref('int_recommendations') }}
),

statuses as (
    select * from {{ ref('recommendation_statuses') }}
),

final as (
    select
        judged.portfolio,
        judged.recommendation_id,
        cast(judged.recommendation_order as integer) as recommendation_order,
        judged.source,
        judged.segment_code,
        judged.group_code,
        judged.advice_here_ru || ' Основание: ' || judged.premise_ru || ' Вывод: ' || statuses.label_ru || '. '
        || judged.evidence_ru as text_ru,
        judged.advice_here_en || ' Premise: ' || judged.premise_en || ' Finding: ' || statuses.label_en || '. '
        || judged.evidence_en as text_en,
        judged.advice_here_ru as advice_ru,
        judged.advice_here_en as advice_en,
        judged.premise_ru,
        judged.premise_en,
        judged.offer_ru,
        judged.offer_en,
        judged.status_of_finding as status,
        cast(statuses.status_order as integer) as status_order,
        statuses.label_ru as status_label_ru,
        statuses.label_en as status_label_en,
        judged.status_of_finding = 'supported' as is_supported,
        judged.evidence_kind,
        judged.evidence_key,
        judged.expected,
        judged.evidence_client_count as client_count,
        judged.evidence_rate as churn_rate,
        judged.evidence_ci_low as ci_low,
        judged.evidence_ci_high as ci_high,
        judged.comparison_rate,
        judged.difference,
        judged.p_value_adjusted,
        judged.effect_size_name,
        judged.effect_size,
        judged.evidence_ru,
        judged.evidence_en,
        judged.is_suppressed,
        {{ data_origin_of('judged.portfolio') }} as data_origin
    from recommendations as judged
    inner join statuses on judged.status_of_finding = statuses.status
)

select * from final
