-- One row per client, narrow: the probability of churn by a model that has not seen the client, the cells of the terms
-- that raise it most, and every term's contribution; `client_churn_scores` puts it into words.
-- depends_on: {{ ref('int_churn_model_features') }}, {{ ref('int_churn_model_terms') }}, {{ ref('risk_bands') }}
-- depends_on: {{ ref('clients') }}, {{ ref('int_churn_model_lookups') }}, {{ ref('int_churn_model_sample') }}
{%- if has_months() %}
-- depends_on: {{ ref('int_client_changes') }}
{%- endif %}
-- sqlfluff:exclude_rules:structure.column_order,ambiguous.column_count,layout.indent
{{ config(materialized='table') }}
{%- set layouts = {} %}
{%- for portfolio in switched_on_portfolios() %}
{%- do layouts.update({portfolio: churn_model_layout(portfolio)}) %}
{%- endfor %}
{%- set bands = risk_bands() %}
with metadata as (
    select * from {{ ref('int_churn_model_metadata') }}
),
{% for portfolio in switched_on_portfolios() if layouts[portfolio]['terms'] %}
{{ score_portfolio(portfolio, layouts[portfolio]) }},
{% endfor %}
-- Clients of a portfolio without a model stay, with the reason why they have no score; so do those who have left,
-- where leaving is forecast.
unscored as (
    select
        clients.portfolio,
        clients.client_key,
        clients.is_churned,
        clients.data_origin,
        cast(null as {{ dbt.type_string() }}) as model_version,
        cast(null as {{ dbt.type_string() }}) as churn_definition,
        cast(null as integer) as horizon_days,
        cast(null as double) as band_factor,
        cast(null as boolean) as is_trained_on,
        case when false then {{ list_of(['cast(0 as double)']) }} end as standard_errors,
        cast(null as bigint) as intercept_e12,
        cast(null as bigint) as log_odds_e12,
        case when false then {{ list_of(['cast(0 as bigint)']) }} end as contributions_e12,
        {%- for place in [1, 2, 3] %}
        cast(null as bigint) as reason_{{ place }}_cell,
        cast(null as bigint) as contribution_{{ place }}_e12,
        {%- endfor %}
        coalesce(metadata.no_score_reason, 'has_left') as no_score_reason
    from {{ ref('clients') }} as clients
    inner join metadata
        on
            clients.portfolio = metadata.portfolio
            and (
                metadata.model_version is null
                or (metadata.churn_definition = 'leaves_within' and clients.is_churned)
            )
),

together as (
    {%- for portfolio in switched_on_portfolios() if layouts[portfolio]['terms'] %}
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

-- How far the log-odds could be off depends on the probability: a list has the standard error for every hundredth.
-- It is from as many models as there are folds: Student's t, with 5 folds 2.776, instead of 1.96.
certain as (
    select
        *,
        {{ list_item('standard_errors', 'cast(least(floor(churn_probability * 100), 99) as integer) + 1') }}
        * {{ student_quantile(var('churn_model_folds') - 1) }}e0
        as log_odds_margin
    from probable
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
        {{ risk_band_of('churn_probability', bands) }} as risk_band,
        {%- for place in [1, 2, 3] %}
        cast(reason_{{ place }}_cell as integer) as reason_{{ place }}_cell,
        contribution_{{ place }}_e12,
        {%- endfor %}
        log_odds_e12,
        intercept_e12,
        contributions_e12,
        model_version,
        churn_definition,
        horizon_days,
        {{ 'cast(null as boolean) as is_trained_on' if var('churn_model_folder') else 'is_trained_on' }},
        no_score_reason,
        is_churned,
        data_origin
    from bounded
)

select * from final
