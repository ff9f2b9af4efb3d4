-- One row per portfolio × recommendation of the studies: what was found in this bank, whether the advice follows, and
-- the people that it is for.
with recommendations as (
    select * from {{ ref('int_recommendations') }}
),

statuses as (
    select * from {{ ref('recommendation_statuses') }}
),

rated as (
    select
        *,
        cast(addressee_churned_count as double) / nullif(addressee_count, 0) as churn_rate,
        {{ wilson_bound('addressee_churned_count', 'addressee_count', 'low') }} as ci_low,
        {{ wilson_bound('addressee_churned_count', 'addressee_count', 'high') }} as ci_high
    from recommendations
),

final as (
    select
        rated.portfolio,
        rated.recommendation_id,
        cast(rated.recommendation_order as integer) as recommendation_order,
        rated.source,
        rated.segment_code,
        rated.group_code,
        rated.offer_code,
        rated.finding_ru
        || case when rated.status = 'supported' then ' ' || rated.advice_here_ru else '' end as text_ru,
        rated.finding_en
        || case when rated.status = 'supported' then ' ' || rated.advice_here_en else '' end as text_en,
        rated.finding_ru,
        rated.finding_en,
        rated.advice_here_ru as advice_ru,
        rated.advice_here_en as advice_en,
        rated.offer_ru,
        rated.offer_en,
        rated.status,
        cast(statuses.status_order as integer) as status_order,
        statuses.label_ru as status_label_ru,
        statuses.label_en as status_label_en,
        rated.status = 'supported' as is_supported,
        rated.evidence_kind,
        rated.evidence_key,
        rated.expected,
        rated.addressee_count as client_count,
        rated.addressee_churned_count as churned_count,
        rated.churn_rate,
        rated.ci_low,
        rated.ci_high,
        rated.clients_to_contact,
        rated.evidence_rate,
        rated.comparison_rate,
        rated.difference,
        rated.p_value_adjusted,
        rated.effect_size_name,
        rated.effect_size,
        rated.evidence_ru,
        rated.evidence_en,
        rated.is_suppressed or coalesce({{ is_tiny('rated.addressee_count') }}, false) as is_suppressed,
        {{ data_origin_of('rated.portfolio') }} as data_origin
    from rated
    inner join statuses on rated.status = statuses.status
)

select * from final
