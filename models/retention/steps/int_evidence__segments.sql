-- One row per portfolio × segment of version 1: its churn against the other clients', as evidence for a recommendation.
-- It passes what a hypothesis passes: p corrected, the effect's interval against its floor, clients alike in other
-- things.
-- sqlfluff:exclude_rules:layout.indent
with segments as (
    select * from {{ ref('segment_portraits', v=1) }}
),

contrasts as (
    select * from {{ ref('int_segment_contrasts') }}
),

words as (
    select * from {{ ref('int_segment_words') }}
),

rates as (
    select * from {{ ref('int_churn_rates') }}
    where dimension_name = 'all'
),

floors as (
    select floor as effect_floor from {{ ref('effect_floors') }}
    where effect_size_name = 'cohens_h'
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
        case
            when segments.churn_finding = 'higher' and contrasts.adjusted_ci_high < 0 then 'turned'
            when segments.churn_finding = 'lower' and contrasts.adjusted_ci_low > 0 then 'turned'
            when segments.churn_finding not in ('higher', 'lower') then null
            when
                contrasts.effect_ci_low > -floors.effect_floor and contrasts.effect_ci_high < floors.effect_floor
                then 'negligible'
            when
                contrasts.effect_ci_low < floors.effect_floor and contrasts.effect_ci_high > -floors.effect_floor
                then 'unclear'
        end as importance,
        segments.client_count,
        segments.churn_rate,
        segments.ci_low,
        segments.ci_high,
        contrasts.rest_churn_rate as comparison_rate,
        segments.churn_rate - contrasts.rest_churn_rate as difference,
        segments.p_value_adjusted,
        'cohens_h' as effect_size_name,
        contrasts.effect_size,
        'Сегмент «' || words.name_ru || '»: ' || {{ churn_reading('segments', 'ru') | indent(8) }}
        || coalesce('; у остальных ' || {{ percent_text('contrasts.rest_churn_rate', 'ru') }}, '')
        || '; в портфеле в целом ' || {{ percent_text('rates.churn_rate', 'ru') }} || '.' as evidence_ru,
        'Segment “' || words.name_en || '”: ' || {{ churn_reading('segments', 'en') | indent(8) }}
        || coalesce('; ' || {{ percent_text('contrasts.rest_churn_rate', 'en') }} || ' of the others left', '')
        || '; ' || {{ percent_text('rates.churn_rate', 'en') }} || ' in the whole portfolio.' as evidence_en,
        segments.is_suppressed,
        contrasts.adjusted_ci_low,
        contrasts.adjusted_ci_high,
        {%- for language in ['ru', 'en'] %}
        cast(null as {{ dbt.type_string() }}) as measure_{{ language }}{{ ',' if not loop.last }}
        {%- endfor %}
    from segments
    inner join rates on segments.portfolio = rates.portfolio
    inner join words on segments.portfolio = words.portfolio and segments.segment_code = words.segment_code
    left join contrasts
        on segments.portfolio = contrasts.portfolio and segments.segment_code = contrasts.segment_code
    cross join floors
)

select * from segment_rates
