-- One row per client, narrow: the probability of churn by a model that has not seen the client, the cells of the terms
-- that raise it most, and where the client stands in the model's grids; `client_churn_scores` works out the rest.
-- depends_on: {{ ref('int_churn_model_features') }}, {{ ref('int_churn_model_terms') }}, {{ ref('risk_bands') }}
-- depends_on: {{ ref('clients') }}, {{ ref('int_churn_model_cuts') }}, {{ ref('int_churn_model_lookups') }}
-- depends_on: {{ ref('int_churn_model_sample') }}
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
    {%- for portfolio, layout in layouts.items() if layout['terms'] %}
    select
        portfolio,
        client_key,
        is_churned,
        band_factor,
        fold,
        grids,
        {%- for place in [1, 2, 3] %}
        reason_{{ place }}_cell,
        {%- endfor %}
        log_odds_e12,
        cast(null as {{ dbt.type_string() }}) as no_score_reason
    from {{ portfolio }}_scored
    union all
    {%- endfor %}
    select
        portfolio,
        client_key,
        is_churned,
        cast(null as double) as band_factor,
        null as fold,
        cast(null as {{ column_type('integer[]') }}) as grids,
        {%- for place in [1, 2, 3] %}
        null as reason_{{ place }}_cell,
        {%- endfor %}
        cast(null as bigint) as log_odds_e12,
        no_score_reason
    from unscored
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
        churn_probability,
        {{ risk_band_of('churn_probability', bands) }} as risk_band,
        {%- for place in [1, 2, 3] %}
        cast(reason_{{ place }}_cell as integer) as reason_{{ place }}_cell,
        {%- endfor %}
        log_odds_e12,
        cast(fold as integer) as fold,
        grids,
        no_score_reason,
        is_churned
    from probable
)

select * from final
