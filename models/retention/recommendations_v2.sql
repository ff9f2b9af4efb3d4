-- One row per portfolio × recommendation of the studies: what was found in this bank, whether the advice follows, and
-- the people that it is for.
-- sqlfluff:exclude_rules:layout.indent
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

-- Whom the advice is for, where the finding is about others: among them churn may be otherwise.
told as (
    select
        *,
        {%- for language, words in [
            ('ru', {'whom': ' Для кого совет: ', 'such': '; таких клиентов ', 'left': ', из них ушли ', 'from': ' (от ',
                'to': ' до ', 'here': '; в портфеле ', 'not_above': ', то есть не выше среднего',
                'below': ', то есть ниже среднего'}),
            ('en', {'whom': ' Whom the advice is for: ', 'such': '; of such clients (', 'left': ') ', 'from': ' left (',
                'to': ' to ', 'here': '; in the portfolio ', 'not_above': ', so not above the average',
                'below': ', so below the average'}),
        ] %}
        case
            when
                addressee_count > 0
                and addressee_count <> coalesce(evidence_client_count, 0)
                and not coalesce(is_research, false)
                then
                    '{{ words.whom }}' || whom_{{ language }} || '{{ words.such }}'
                    || {{ format_thousands('addressee_count', language) }} || '{{ words.left }}'
                    || {{ percent_text('churn_rate', language) }} || '{{ words.from }}'
                    || {{ percent_text('ci_low', language) }} || '{{ words.to }}'
                    || {{ percent_text('ci_high', language) }} || ')'
                    || coalesce(
                        '{{ words.here }}' || {{ percent_text('portfolio_rate', language) }}
                        || case
                            when ci_high < portfolio_rate then '{{ words.below }}'
                            when ci_low <= portfolio_rate then '{{ words.not_above }}'
                            else ''
                        end, ''
                    ) || '.'
        end as whom_told_{{ language }}{{ ',' if not loop.last }}
        {%- endfor %}
    from rated
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
        {%- for language, follows in [
            ('ru', ' Совет следует, но таких клиентов не осталось: '),
            ('en', ' The advice follows, but no such clients remain: '),
        ] %}
        rated.finding_{{ language }}
        || case rated.status
            when 'supported'
                then ' ' || rated.advice_here_{{ language }} || coalesce(rated.whom_told_{{ language }}, '')
            when 'nobody_left'
                then
                    '{{ follows }}' || lower(substr(rated.advice_here_{{ language }}, 1, 1))
                    || substr(rated.advice_here_{{ language }}, 2)
            else ''
        end as text_{{ language }},
        {%- endfor %}
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
    from told as rated
    inner join statuses on rated.status = statuses.status
)

select * from final
