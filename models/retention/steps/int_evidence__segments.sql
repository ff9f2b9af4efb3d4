-- One row per portfolio × segment of version 1: its churn against the portfolio's, as evidence for a recommendation.
with segments as (
    select * from {{ ref('segment_portraits', v=1) }}
),

words as (
    select * from {{ ref('int_segment_words') }}
),

rates as (
    select * from {{ ref('int_churn_rates') }}
    where dimension_name = 'all'
),

segment_rates as (
    select
        segments.portfolio,
        'segment_churn' as evidence_kind,
        segments.segment_code as evidence_key,
        case
            when segments.is_small_group then 'unknown'
            when segments.churn_finding = 'not_shown' then 'unclear'
            else segments.churn_finding
        end as finding,
        cast(null as {{ dbt.type_string() }}) as importance,
        segments.client_count,
        segments.churn_rate,
        segments.ci_low,
        segments.ci_high,
        rates.churn_rate as comparison_rate,
        segments.churn_rate - rates.churn_rate as difference,
        segments.p_value_adjusted,
        cast(null as {{ dbt.type_string() }}) as effect_size_name,
        cast(null as double) as effect_size,
        'Сегмент «' || words.name_ru || '»: ' || {{ churn_reading('segments', 'ru') | indent(8) }}
        || '; в портфеле в целом ' || {{ percent_text('rates.churn_rate', 'ru') }} || '.' as evidence_ru,
        'Segment “' || words.name_en || '”: ' || {{ churn_reading('segments', 'en') | indent(8) }}
        || '; ' || {{ percent_text('rates.churn_rate', 'en') }} || ' in the whole portfolio.' as evidence_en,
        segments.is_suppressed
    from segments
    inner join rates on segments.portfolio = rates.portfolio
    inner join words on segments.portfolio = words.portfolio and segments.segment_code = words.segment_code
)

select * from segment_rates
