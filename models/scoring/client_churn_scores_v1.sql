-- One row per client: the probability of churn by a model that has not seen the client, what raises it, and every
-- term's contribution, worked out from the client's places in the model's grids only for who asks.
-- depends_on: {{ ref('int_churn_model_features') }}, {{ ref('int_churn_model_terms') }}, {{ ref('risk_bands') }}
-- depends_on: {{ ref('int_client_scores') }}, {{ ref('int_churn_model_lookups') }}
-- depends_on: {{ ref('int_churn_model_metadata') }}
-- sqlfluff:exclude_rules:structure.column_order,ambiguous.column_count,layout.indent
{{ config(materialized='view') }}
{%- set lists = {
    'contributions': 'bigint', 'standard_errors': 'double', 'reasons_ru': 'varchar', 'reasons_en': 'varchar'
} %}
{%- set bands = risk_bands() %}
{%- set layouts = {} %}
{%- for portfolio in switched_on_portfolios() %}
{%- set layout = churn_model_layout(portfolio) %}
{%- do layouts.update({portfolio: layout}) if layout['terms'] %}
{%- endfor %}

{#- Each portfolio reads the scores: read once for all, they would be copied in memory first. #}
with
{%- for portfolio, layout in layouts.items() %}
{{ portfolio }}_scores as (
    select
        {%- for feature in layout['features'] %}
        {{ list_item('grids', loop.index) }} as {{ feature['name'] }}_grid,
        {%- endfor %}
        *
    from {{ ref('int_client_scores') }}
    where portfolio = '{{ portfolio }}' and no_score_reason is null
),

{{ terms_of_grids(portfolio, layout, portfolio ~ '_scores') }},
{% endfor %}
unscored as (
    select * from {{ ref('int_client_scores') }}
    where no_score_reason is not null
),

together as (
    {%- for portfolio, layout in layouts.items() %}
    select
        portfolio,
        client_key,
        churn_probability,
        risk_band,
        {%- for place in [1, 2, 3] %}
        reason_{{ place }}_cell,
        {%- endfor %}
        log_odds_e12,
        intercept_e12,
        {%- set numbers = layout['terms'] | map(attribute='number') | join(',term_') %}
        {{ list_of(('term_' ~ numbers).split(',')) }} as contributions_e12,
        model_version,
        churn_definition,
        horizon_days,
        {{ 'cast(null as boolean)' if var('churn_model_folder') else 'fold is not null' }} as is_trained_on,
        no_score_reason,
        is_churned,
        cells_before,
        {{ lists | join(',\n        ') }}
    from {{ portfolio }}_terms
    union all
    {%- endfor %}
    select
        portfolio,
        client_key,
        churn_probability,
        risk_band,
        {%- for place in [1, 2, 3] %}
        reason_{{ place }}_cell,
        {%- endfor %}
        log_odds_e12,
        cast(null as bigint) as intercept_e12,
        cast(null as {{ column_type('bigint[]') }}) as contributions_e12,
        cast(null as {{ dbt.type_string() }}) as model_version,
        cast(null as {{ dbt.type_string() }}) as churn_definition,
        cast(null as integer) as horizon_days,
        cast(null as boolean) as is_trained_on,
        no_score_reason,
        is_churned,
        cast(null as integer) as cells_before,
        {%- for list, type in lists.items() %}
        cast(null as {{ column_type(type ~ '[]') }}) as {{ list }}{{ ',' if not loop.last }}
        {%- endfor %}
    from unscored
),

-- How far the log-odds could be off depends on the probability: a list has the standard error for every hundredth.
-- It is from as many models as there are folds: Student's t, with 5 folds 2.776, instead of 1.96.
certain as (
    select
        *,
        log_odds_e12 / 1e12 as log_odds,
        {{ list_item('standard_errors', 'cast(least(floor(churn_probability * 100), 99) as integer) + 1') }}
        * {{ student_quantile(var('churn_model_folds') - 1) }}e0
        as log_odds_margin
    from together
),

-- A float has seven digits: both ends give way by that much, or what is rounded could pass the probability itself.
bounded as (
    select
        *,
        (1e0 - 1e-7) / (1e0 + exp(log_odds_margin - log_odds)) as lowest,
        (1e0 + 1e-7) / (1e0 + exp(-log_odds_margin - log_odds)) as highest
    from certain
),

final as (
    select
        portfolio,
        client_key,
        churn_probability,
        cast(lowest as {{ dbt.type_float() }}) as probability_low,
        cast(case when highest > 1e0 then 1e0 else highest end as {{ dbt.type_float() }}) as probability_high,
        case
            when model_version is null then null
            when {{ (var('churn_model_folder') != '') | lower }} then 'deployed_model'
            when is_trained_on then 'out_of_fold'
            else 'new_client'
        end as probability_basis,
        risk_band,
        {%- for language in ['ru', 'en'] %}
        {{ risk_band_label('risk_band', bands, language) }} as risk_band_label_{{ language }},
        {%- endfor %}
        {%- for place in [1, 2, 3] %}
        {{ list_item('reasons_ru', 'reason_' ~ place ~ '_cell') }} as reason_{{ place }}_ru,
        {{ list_item('reasons_en', 'reason_' ~ place ~ '_cell') }} as reason_{{ place }}_en,
        {{ list_item('contributions', 'cells_before + reason_' ~ place ~ '_cell') }} / 1e12 as contribution_{{ place }},
        cast(reason_{{ place }}_cell as bigint) as reason_{{ place }}_cell,
        {%- endfor %}
        log_odds,
        intercept_e12 / 1e12 as intercept,
        log_odds_e12,
        intercept_e12,
        contributions_e12,
        model_version,
        churn_definition,
        horizon_days,
        is_trained_on,
        no_score_reason,
        is_churned,
        {{ data_origin_of('portfolio') }} as data_origin
    from bounded
)

select * from final
