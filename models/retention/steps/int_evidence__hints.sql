-- One row per portfolio × hint at what a segment is like: the measure it rests on, as evidence for a recommendation.
with hints as (
    select * from {{ ref('segment_label_checks') }}
),

measures as (
    select * from {{ ref('int_portrait_measures') }}
),

hinted as (
    select
        hints.portfolio,
        'hint' as evidence_kind,
        hints.hint_code as evidence_key,
        case
            when hints.is_not_measurable then 'unknown'
            when hints.holds then 'true'
            when hints.claim = 'highest' and hints.value > hints.portfolio_value then 'unclear'
            when hints.claim = 'lowest' and hints.value < hints.portfolio_value then 'unclear'
            when hints.claim = 'only_above' and hints.value > hints.threshold then 'unclear'
            else 'false'
        end as finding,
        hints.client_count,
        {%- for column in ['churn_rate', 'ci_low', 'ci_high', 'comparison_rate'] %}
        cast(null as double) as {{ column }},
        {%- endfor %}
        hints.value - hints.portfolio_value as difference,
        cast(null as double) as p_value_adjusted,
        cast(null as {{ dbt.type_string() }}) as effect_size_name,
        cast(null as double) as effect_size,
        'Сегмент «' || hints.segment_name_ru || '», ' || measures.label_ru || ': '
        || {{ measure_text('hints.value', 'measures', 'ru') }} || '; в портфеле в целом '
        || {{ measure_text('hints.portfolio_value', 'measures', 'ru') }} || '.' as evidence_ru,
        'Segment “' || hints.segment_name_en || '”, ' || measures.label_en || ': '
        || {{ measure_text('hints.value', 'measures', 'en') }} || '; '
        || {{ measure_text('hints.portfolio_value', 'measures', 'en') }} || ' in the whole portfolio.' as evidence_en,
        coalesce({{ is_tiny('hints.client_count') }}, false) as is_suppressed
    from hints
    inner join measures on hints.measure = measures.measure
    where hints.segment_version = 1
)

select * from hinted
