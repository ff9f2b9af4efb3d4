-- One row per state of a client that a forecast is learnt from, in the shares of all clients: the probability by the
-- model that has seen no month of this client.
-- depends_on: {{ ref('int_churn_model_features') }}, {{ ref('int_churn_model_terms') }}
-- depends_on: {{ ref('int_churn_model_metadata') }}, {{ ref('risk_bands') }}
-- depends_on: {{ ref('int_forecast_rows') }}, {{ ref('int_churn_model_cuts') }}, {{ ref('int_churn_model_lookups') }}
-- depends_on: {{ ref('int_churn_model_sample') }}
-- sqlfluff:exclude_rules:structure.column_order,ambiguous.column_count,layout.indent
{{ config(enabled=has_months(), materialized='table') }}
{%- set bands = risk_bands() %}
{%- set layouts = {} %}
{%- for portfolio in switched_on_portfolios() if portfolio_option(portfolio, 'snapshots') %}
{%- set layout = churn_model_layout(portfolio) %}
{%- do layouts.update({portfolio: layout}) if layout['terms'] and layout['is_forecast'] %}
{%- endfor %}
with states as (
    select * from {{ ref('int_forecast_rows') }}
),
{% for portfolio, layout in layouts.items() %}
{{ score_portfolio(portfolio, layout, of_states=true) }},
{% endfor %}
together as (
    {%- for portfolio in layouts %}
    select
        portfolio,
        client_key,
        is_churned,
        band_factor,
        log_odds_e12
    from {{ portfolio }}_scored
    union all
    {%- endfor %}
    select
        portfolio,
        client_key,
        is_leaver as is_churned,
        cast(null as double) as band_factor,
        cast(null as bigint) as log_odds_e12
    from states
    where 1 = 0
),

probable as (
    select
        *,
        1e0 / (1e0 + exp(-log_odds_e12 / 1e12)) as churn_probability
    from together
),

final as (
    select
        portfolio,
        client_key,
        is_churned,
        churn_probability,
        {{ risk_band_of('churn_probability', bands) }} as risk_band
    from probable
)

select * from final
