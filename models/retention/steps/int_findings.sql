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

said as (
    select
        evidence.*,
        {%- for language in ['ru', 'en'] %}
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
        {%- for language, against in [('ru', ' против '), ('en', ' against ')] %}
        case
            when phrase_{{ language }} is null then evidence_{{ language }}
            when evidence_kind = 'hint' or churn_rate is null or comparison_rate is null
                then phrase_{{ language }} || '. ' || evidence_{{ language }}
            else
                phrase_{{ language }} || ': ' || {{ percent_text('churn_rate', language) }} || '{{ against }}'
                || {{ percent_text('comparison_rate', language) }} || '.'
        end as finding_{{ language }}{{ ',' if not loop.last }}
        {%- endfor %}
    from said
)

select * from final
