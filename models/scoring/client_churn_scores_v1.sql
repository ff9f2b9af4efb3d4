-- One row per client: the probability of churn by a model that has not seen the client, what raises it, and every
-- term's contribution.
-- depends_on: {{ ref('risk_bands') }}
-- sqlfluff:exclude_rules:structure.column_order,ambiguous.column_count,layout.indent
{{ config(materialized='view') }}
{%- set bands = risk_bands() %}

with scores as (
    select * from {{ ref('int_client_scores') }}
),

words as (
    select * from {{ ref('int_reason_words') }}
),

final as (
    select
        scores.portfolio,
        scores.client_key,
        scores.churn_probability,
        scores.probability_low,
        scores.probability_high,
        case
            when scores.model_version is null then null
            when {{ (var('churn_model_folder') != '') | lower }} then 'deployed_model'
            when scores.is_trained_on then 'out_of_fold'
            else 'new_client'
        end as probability_basis,
        scores.risk_band,
        {%- for language in ['ru', 'en'] %}
        case scores.risk_band
            {%- for band in bands %}
            when '{{ band['risk_band'] }}' then '{{ band['label_' ~ language] }}'
            {%- endfor %}
        end as risk_band_label_{{ language }},
        {%- endfor %}
        {%- for place in [1, 2, 3] %}
        words_{{ place }}.reason_ru as reason_{{ place }}_ru,
        words_{{ place }}.reason_en as reason_{{ place }}_en,
        scores.contribution_{{ place }}_e12 / 1e12 as contribution_{{ place }},
        cast(scores.reason_{{ place }}_cell as bigint) as reason_{{ place }}_cell,
        {%- endfor %}
        scores.log_odds_e12 / 1e12 as log_odds,
        scores.intercept_e12 / 1e12 as intercept,
        scores.log_odds_e12,
        scores.intercept_e12,
        scores.contributions_e12,
        scores.model_version,
        scores.churn_definition,
        scores.horizon_days,
        scores.is_trained_on,
        scores.no_score_reason,
        scores.is_churned,
        scores.data_origin
    from scores
    {%- for place in [1, 2, 3] %}
    left join words as words_{{ place }}
        on
            scores.portfolio = words_{{ place }}.portfolio
            and scores.reason_{{ place }}_cell = words_{{ place }}.cell_number
    {%- endfor %}
)

select * from final
