-- One row per portfolio × kind of evidence × key: what was found in this bank, as a sentence with its numbers.
-- sqlfluff:exclude_rules:structure.column_order,ambiguous.column_count,layout.indent
{{ config(materialized='table') }}

with evidence as (
    select * from {{ ref('int_recommendation_evidence') }}
),

phrases as (
    select * from {{ ref('finding_phrases') }}
),

segments as (
    select * from {{ ref('int_segment_words') }}
),

hypotheses as (
    select * from {{ ref('hypothesis_results') }}
),

value_labels as (
    select * from {{ ref('int_value_labels') }}
),

-- Of a comparison of many groups: the groups with the least and the greatest share.
ranges as (
    select
        hypotheses.portfolio,
        hypotheses.hypothesis_id,
        hypotheses.lowest_estimate,
        hypotheses.highest_estimate,
        {%- for language in ['ru', 'en'] %}
        coalesce(lowest.value_label_{{ language }}, hypotheses.lowest_group) as lowest_{{ language }},
        coalesce(highest.value_label_{{ language }}, hypotheses.highest_group) as highest_{{ language }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from hypotheses
    {%- for end in ['lowest', 'highest'] %}
    left join value_labels as {{ end }}
        on
            hypotheses.portfolio = {{ end }}.portfolio
            and hypotheses.group_attribute = {{ end }}.attribute
            and hypotheses.{{ end }}_group = {{ end }}.attribute_value
    {%- endfor %}
    where hypotheses.kind = 'association' and hypotheses.lowest_estimate is not null
),

-- Of a difference that turns round between strata: those on the other side.
turned as (
    select
        portfolio,
        hypothesis_id,
        stratified_attribute,
        case when difference > 0 then strata_lower else strata_higher end as opposite_strata
    from hypotheses
    where direction_reverses
),

exceptions as (
    select
        turned.portfolio,
        turned.hypothesis_id,
        {{ dbt.listagg("'«' || value_labels.value_label_ru || '»'", "', '", 'order by value_labels.attribute_value') }}
            as where_ru,
        {{ dbt.listagg("'“' || value_labels.value_label_en || '”'", "', '", 'order by value_labels.attribute_value') }}
            as where_en
    from turned
    inner join value_labels
        on
            turned.portfolio = value_labels.portfolio
            and turned.stratified_attribute = value_labels.attribute
            and '|' || turned.opposite_strata || '|' like '%|' || value_labels.attribute_value || '|%'
    group by turned.portfolio, turned.hypothesis_id
),

said as (
    select
        evidence.*,
        ranges.lowest_estimate,
        ranges.highest_estimate,
        {%- for language in ['ru', 'en'] %}
        ranges.lowest_{{ language }},
        ranges.highest_{{ language }},
        case when evidence.finding in ('higher', 'lower') then exceptions.where_{{ language }} end
            as where_{{ language }},
        replace(
            replace(phrases.phrase_{{ language }}, '{Segment}', coalesce(segments.who_{{ language }}, '')),
            '{segment}',
            coalesce(lower(substr(segments.who_{{ language }}, 1, 1)) || substr(segments.who_{{ language }}, 2), '')
        ) as phrase_{{ language }}{{ ',' if not loop.last }}
        {%- endfor %}
    from evidence
    left join segments
        on
            evidence.evidence_kind = 'segment_churn'
            and evidence.portfolio = segments.portfolio
            and evidence.evidence_key = segments.segment_code
    left join ranges
        on
            evidence.evidence_kind = 'hypothesis'
            and evidence.portfolio = ranges.portfolio
            and evidence.evidence_key = ranges.hypothesis_id
    left join exceptions
        on
            evidence.evidence_kind = 'hypothesis'
            and evidence.portfolio = exceptions.portfolio
            and evidence.evidence_key = exceptions.hypothesis_id
    left join phrases
        on
            evidence.evidence_kind = phrases.evidence_kind
            and evidence.finding = phrases.finding
            and (evidence.evidence_key = phrases.evidence_key or phrases.evidence_key is null)
),

final as (
    select
        portfolio,
        evidence_kind,
        evidence_key,
        finding,
        {%- for language in ['ru', 'en'] %}
        {%- set words = {
            'against': ' против ', 'from': ': от ', 'to': ' до ', 'open': ' («', 'close': '»)',
            'unclear': '; неясно, важна ли эта разница', 'negligible': '; эта разница пренебрежимо мала',
            'except': '; но не везде: наоборот там, где ', 'turned': '; среди одинаковых по главным признакам — наоборот',
        } if language == 'ru' else {
            'against': ' against ', 'from': ': from ', 'to': ' to ', 'open': ' (“', 'close': '”)',
            'unclear': '; whether the difference matters is not clear', 'negligible': '; the difference is negligible',
            'except': '; but not everywhere: the other way round with ',
            'turned': '; among clients alike in the main attributes it is the other way round',
        } %}
        case
            when phrase_{{ language }} is null then evidence_{{ language }}
            when churn_rate is not null and comparison_rate is not null
                then
                    phrase_{{ language }} || ': ' || {{ percent_text('churn_rate', language) }} || '{{ words.against }}'
                    || {{ percent_text('comparison_rate', language) }}
                    || case importance
                        when 'unclear' then '{{ words.unclear }}'
                        when 'negligible' then '{{ words.negligible }}'
                        when 'turned' then '{{ words.turned }}'
                        else ''
                    end
                    || coalesce('{{ words.except }}' || where_{{ language }}, '') || '.'
            when lowest_estimate is not null
                then
                    phrase_{{ language }} || '{{ words.from }}' || {{ percent_text('lowest_estimate', language) }}
                    || '{{ words.open }}' || lowest_{{ language }} || '{{ words.close }}{{ words.to }}'
                    || {{ percent_text('highest_estimate', language) }}
                    || '{{ words.open }}' || highest_{{ language }} || '{{ words.close }}'
                    || case importance
                        when 'unclear' then '{{ words.unclear }}'
                        when 'negligible' then '{{ words.negligible }}'
                        else ''
                    end || '.'
            else phrase_{{ language }} || '. ' || evidence_{{ language }}
        end as finding_{{ language }}{{ ',' if not loop.last }}
        {%- endfor %}
    from said
)

select * from final
