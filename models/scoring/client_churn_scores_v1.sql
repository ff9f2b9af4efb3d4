-- One row per client: the probability of churn, what raises it, and every term's contribution.
-- depends_on: {{ ref('int_churn_model_features') }}, {{ ref('int_churn_model_terms') }}, {{ ref('risk_bands') }}
-- depends_on: {{ ref('clients') }}, {{ ref('int_churn_model_lookups') }}
{%- set layouts = {} %}
{%- for portfolio in var('portfolios') %}
{%- do layouts.update({portfolio: churn_model_layout(portfolio)}) %}
{%- endfor %}
{%- set bands = risk_bands() %}
with metadata as (
    select * from {{ ref('int_churn_model_metadata') }}
),

sample as (
    select * from {{ ref('int_churn_model_sample') }}
),
{% for portfolio in var('portfolios') if layouts[portfolio]['terms'] %}
{{ score_portfolio(portfolio, layouts[portfolio]) }},
{% endfor %}
-- Clients of a portfolio without a model stay, with the reason why they have no score.
unscored as (
    select
        clients.portfolio,
        clients.client_key,
        clients.is_churned,
        clients.data_origin,
        cast(null as {{ dbt.type_string() }}) as model_version,
        cast(null as bigint) as intercept_e12,
        cast(null as bigint) as log_odds_e12,
        case when false then {{ list_of(['cast(0 as bigint)']) }} end as contributions_e12,
        {%- for place in [1, 2, 3] %}
        cast(null as bigint) as reason_{{ place }}_cell,
        cast(null as bigint) as contribution_{{ place }}_e12,
        cast(null as {{ dbt.type_string() }}) as reason_{{ place }}_ru,
        cast(null as {{ dbt.type_string() }}) as reason_{{ place }}_en,
        {%- endfor %}
        metadata.no_score_reason
    from {{ ref('clients') }} as clients
    inner join metadata on clients.portfolio = metadata.portfolio and metadata.model_version is null
),

together as (
    {%- for portfolio in var('portfolios') if layouts[portfolio]['terms'] %}
    select
        *,
        cast(null as {{ dbt.type_string() }}) as no_score_reason
    from {{ portfolio }}_scored
    union all
    {%- endfor %}
    select * from unscored
),

probable as (
    select
        *,
        log_odds_e12 / 1e12 as log_odds,
        1e0 / (1e0 + exp(-log_odds_e12 / 1e12)) as churn_probability
    from together
),

final as (
    select
        probable.portfolio,
        probable.client_key,
        probable.churn_probability,
        {%- for column in ['risk_band', 'risk_band_label_ru', 'risk_band_label_en'] %}
        {%- set item = [0, 2, 3][loop.index0] %}
        case
            when probable.churn_probability is null then null
            {%- for band in bands %}
            {{ 'else' if loop.last else 'when probable.churn_probability < ' ~ band[1] ~ 'e0 then' }} '{{ band[item] }}'
            {%- endfor %}
        end as {{ column }},
        {%- endfor %}
        {%- for place in [1, 2, 3] %}
        probable.reason_{{ place }}_ru,
        probable.reason_{{ place }}_en,
        probable.contribution_{{ place }}_e12 / 1e12 as contribution_{{ place }},
        cast(probable.reason_{{ place }}_cell as bigint) as reason_{{ place }}_cell,
        {%- endfor %}
        probable.log_odds,
        probable.intercept_e12 / 1e12 as intercept,
        probable.log_odds_e12,
        probable.intercept_e12,
        probable.contributions_e12,
        probable.model_version,
        {{ 'cast(null as boolean)' if var('churn_model_folder')
            else 'case when probable.model_version is not null then sample.client_key is not null end' }} as is_trained_on,
        probable.no_score_reason,
        probable.is_churned,
        probable.data_origin
    from probable
    left join sample on probable.portfolio = sample.portfolio and probable.client_key = sample.client_key
)

select * from final
