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

hints as (
    select * from {{ ref('segment_hints') }}
    where segment_version = 1
),

hypotheses as (
    select * from {{ ref('hypothesis_results') }}
),

value_labels as (
    select * from {{ ref('int_value_labels') }}
),

strata as (
    select * from {{ ref('int_stratum_words') }}
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

said as (
    select
        evidence.*,
        ranges.lowest_estimate,
        ranges.highest_estimate,
        {%- for language in ['ru', 'en'] %}
        ranges.lowest_{{ language }},
        ranges.highest_{{ language }},
        case when evidence.finding in ('higher', 'lower') then strata.strata_{{ language }} end
            as strata_{{ language }},
        replace(
            replace(
                replace(
                    coalesce(exact.phrase_{{ language }}, phrases.phrase_{{ language }}),
                    '{Segment}',
                    coalesce(segments.who_{{ language }}, '')
                ),
                '{segment}',
                coalesce(lower(substr(segments.who_{{ language }}, 1, 1)) || substr(segments.who_{{ language }}, 2), '')
            ),
            '{value}',
            coalesce(evidence.measure_{{ language }}, '')
        ) as phrase_{{ language }},
        {%- endfor %}
        exact.finding is not null as is_said_by_phrase,
        phrases.remark_key
    from evidence
    left join hints on evidence.evidence_kind = 'hint' and evidence.evidence_key = hints.hint_code
    left join segments
        on
            evidence.portfolio = segments.portfolio
            and (
                (evidence.evidence_kind = 'segment_churn' and evidence.evidence_key = segments.segment_code)
                or hints.segment_code = segments.segment_code
            )
    left join ranges
        on
            evidence.evidence_kind = 'hypothesis'
            and evidence.portfolio = ranges.portfolio
            and evidence.evidence_key = ranges.hypothesis_id
    left join strata
        on
            evidence.evidence_kind = 'hypothesis'
            and evidence.portfolio = strata.portfolio
            and evidence.evidence_key = strata.hypothesis_id
    -- How much it matters, or why not, may have a phrase of its own.
    left join phrases as exact
        on
            evidence.evidence_kind = exact.evidence_kind
            and evidence.importance = exact.finding
            and evidence.importance <> 'unclear'
            and evidence.evidence_key = exact.evidence_key
    left join phrases
        on
            evidence.evidence_kind = phrases.evidence_kind
            and evidence.finding = phrases.finding
            and (evidence.evidence_key = phrases.evidence_key or phrases.evidence_key is null)
),

worded as (
    select
        portfolio,
        evidence_kind,
        evidence_key,
        finding,
        remark_key,
        {%- for language in ['ru', 'en'] %}
        {%- set words = {
            'against': ' против ', 'from': ': от ', 'to': ' до ', 'open': ' («', 'close': '»)',
            'unclear': '; неясно, важна ли эта разница', 'negligible': '; эта разница пренебрежимо мала',
            'strata': '; ', 'below': ' — ниже порога важности',
            'alike': '; но среди клиентов, одинаковых по главным признакам, в среднем ',
            'higher': 'чаще', 'lower': 'реже', 'by': ' на ', 'points': ' п. п.',
        } if language == 'ru' else {
            'against': ' against ', 'from': ': from ', 'to': ' to ', 'open': ' (“', 'close': '”)',
            'unclear': '; whether the difference matters is not clear', 'negligible': '; the difference is negligible',
            'strata': '; ', 'below': ', below what counts',
            'alike': '; but among clients alike in the main attributes, on average ',
            'higher': 'more often', 'lower': 'less often', 'by': ' by ', 'points': ' pp',
        } %}
        {%- set decimal = format_decimal('effect_size', 2) %}
        {%- set effect = "replace(" ~ decimal ~ ", '.', ',')" if language == 'ru' else decimal %}
        case
            when phrase_{{ language }} is null then evidence_{{ language }}
            when churn_rate is not null and comparison_rate is not null
                then
                    phrase_{{ language }} || ': '
                    || {{ churned_share('churn_rate', 'client_count', 'ci_low', 'ci_high', language) | indent(20) }}
                    || '{{ words.against }}' || {{ percent_text('comparison_rate', language) }}
                    || case
                        when strata_{{ language }} is not null then '{{ words.strata }}' || strata_{{ language }}
                        when importance = 'unclear' then '{{ words.unclear }}'
                        when importance = 'negligible' then '{{ words.negligible }}'
                        when importance in ('turned', 'turned_unclear')
                            then
                                '{{ words.alike }}'
                                || case
                                    when adjusted_ci_low > 0 then '{{ words.higher }}{{ words.by }}'
                                    else '{{ words.lower }}{{ words.by }}'
                                end
                                || {{ points_text('least(abs(adjusted_ci_low), abs(adjusted_ci_high))', language) }}
                                || '–'
                                || {{ points_text('greatest(abs(adjusted_ci_low), abs(adjusted_ci_high))', language) }}
                                || '{{ words.points }}'
                        else ''
                    end
            when lowest_estimate is not null
                then
                    phrase_{{ language }} || '{{ words.from }}' || {{ percent_text('lowest_estimate', language) }}
                    || '{{ words.open }}' || lowest_{{ language }} || '{{ words.close }}{{ words.to }}'
                    || {{ percent_text('highest_estimate', language) }}
                    || '{{ words.open }}' || highest_{{ language }} || '{{ words.close }}'
                    || case
                        when importance = 'negligible' and is_said_by_phrase
                            then ', V = ' || {{ effect }} || '{{ words.below }}'
                        when importance = 'unclear' then '{{ words.unclear }}'
                        when importance = 'negligible' then '{{ words.negligible }}'
                        else ''
                    end
            when measure_{{ language }} is not null then phrase_{{ language }}
            else phrase_{{ language }} || '. ' || regexp_replace(evidence_{{ language }}, '[.]$', '')
        end as sentence_{{ language }}{{ ',' if not loop.last }}
        {%- endfor %}
    from said
),

-- One sentence, ended once: "п. п." ends with a full stop of its own.
ended as (
    select
        *,
        {%- for language in ['ru', 'en'] %}
        regexp_replace(sentence_{{ language }}, '[.]$', '') || '.' as finding_{{ language }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from worded
),

-- Women may be a majority where they leave less often: what a finding does not say is said by another.
final as (
    select
        ended.portfolio,
        ended.evidence_kind,
        ended.evidence_key,
        ended.finding,
        {%- for language, not_of_churn in [
            ('ru', ' Об оттоке это не говорит: '), ('en', ' That says nothing about churn: '),
        ] %}
        ended.finding_{{ language }} || coalesce(
            '{{ not_of_churn }}' || lower(substr(remarks.finding_{{ language }}, 1, 1))
            || substr(remarks.finding_{{ language }}, 2), ''
        ) as finding_{{ language }}{{ ',' if not loop.last }}
        {%- endfor %}
    from ended
    left join ended as remarks
        on
            ended.portfolio = remarks.portfolio
            and remarks.evidence_kind = 'hypothesis'
            and ended.remark_key = remarks.evidence_key
)

select * from final
