-- One row per portfolio × hint at what a segment is like: the measure it rests on, as evidence for a recommendation.
-- sqlfluff:exclude_rules:layout.indent
with checks as (
    select * from {{ ref('segment_label_checks') }}
),

moments as (
    select * from {{ ref('metric_moments') }}
),

measures as (
    select * from {{ ref('int_portrait_measures') }}
),

words as (
    select * from {{ ref('int_segment_words') }}
),

deviations as (
    select
        portfolio,
        metric,
        sqrt(max(variance)) as deviation
    from moments
    where group_attribute = 'all' and stratum_attribute = 'none'
    group by portfolio, metric
),

-- Sentences tell a mean as everybody reads it in `segment_label_checks`.
hints as (
    select
        checks.portfolio,
        checks.segment_version,
        checks.segment_code,
        checks.hint_code,
        checks.measure,
        checks.claim,
        checks.client_count,
        checks.hint_finding,
        checks.is_not_measurable,
        checks.value - checks.portfolio_value as difference,
        checks.ci_high > checks.threshold as may_be_above,
        {%- for column in ['value', 'portfolio_value', 'ci_low', 'ci_high'] %}
        {{ round_by_clients('checks.' ~ column, 'deviations.deviation', 'checks.client_count') | indent(8) }}
            as {{ column }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from checks
    left join deviations
        on checks.portfolio = deviations.portfolio and checks.measure = deviations.metric || '_mean'
),

hinted as (
    select
        hints.portfolio,
        'hint' as evidence_kind,
        hints.hint_code as evidence_key,
        case
            when hints.is_not_measurable then 'unknown'
            when hints.hint_finding = 'holds' then 'true'
            when hints.hint_finding = 'does_not_hold' then 'false'
            else 'unclear'
        end as finding,
        -- Another group may have what is said of this one alone.
        case
            when hints.hint_finding = 'does_not_hold' and hints.claim = 'only_above' and hints.may_be_above
                then 'not_only'
        end as importance,
        hints.client_count,
        {%- for column in ['churn_rate', 'ci_low', 'ci_high', 'comparison_rate'] %}
        cast(null as double) as {{ column }},
        {%- endfor %}
        hints.difference,
        cast(null as double) as p_value_adjusted,
        cast(null as {{ dbt.type_string() }}) as effect_size_name,
        cast(null as double) as effect_size,
        'Сегмент «' || words.name_ru || '», ' || replace(measures.label_ru, ': ', ', ') || ': '
        || {{ measure_text('hints.value', 'measures', 'ru') }} || '; в портфеле в целом '
        || {{ measure_text('hints.portfolio_value', 'measures', 'ru') }} || '.' as evidence_ru,
        'Segment “' || words.name_en || '”, ' || replace(measures.label_en, ': ', ', ') || ': '
        || {{ measure_text('hints.value', 'measures', 'en') }} || '; '
        || {{ measure_text('hints.portfolio_value', 'measures', 'en') }} || ' in the whole portfolio.' as evidence_en,
        coalesce({{ is_tiny('hints.client_count') }}, false) as is_suppressed,
        cast(null as double) as adjusted_ci_low,
        cast(null as double) as adjusted_ci_high,
        {%- for language, range, to, whole in [
            ('ru', ' (от ', ' до ', '; в портфеле в целом '), ('en', ' (', ' to ', '; in the whole portfolio '),
        ] %}
        {{ measure_text('hints.value', 'measures', language) }}
        || coalesce(
            '{{ range }}' || {{ measure_text('hints.ci_low', 'measures', language) }} || '{{ to }}'
            || {{ measure_text('hints.ci_high', 'measures', language) }} || ')', ''
        )
        || '{{ whole }}' || {{ measure_text('hints.portfolio_value', 'measures', language) }}
            as measure_{{ language }}{{ ',' if not loop.last }}
        {%- endfor %}
    from hints
    inner join measures on hints.measure = measures.measure
    inner join words on hints.portfolio = words.portfolio and hints.segment_code = words.segment_code
    where hints.segment_version = 1
)

select * from hinted
