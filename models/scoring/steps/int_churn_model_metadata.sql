-- One row per portfolio: the version of its churn model and where its log-odds begin, or why there is none.
{{ config(materialized='table') }}
{%- set problems = "(select value as sentence from " ~ ref('int_churn_model_fitted') ~ " where kind = 'problem')" %}
{%- do stop_at_first(problems ~ ' as problems') %}

with portfolios as (
    select * from {{ ref('portfolios') }}
),

fitted as (
    select * from {{ ref('int_churn_model_fitted') }}
),
{%- if has_months() %}

levels as (
    select * from {{ ref('int_forecast_levels') }}
),
{%- endif %}

facts as (
    select
        portfolio,
        max(fingerprint) as fingerprint,
        max(case when name = 'model_version' then value end) as model_version,
        cast(max(case when name = 'intercept_e12' then value end) as bigint) as intercept_e12,
        cast(max(case when name = 'client_count' then value end) as bigint) as trained_client_count,
        cast(max(case when name = 'churned_count' then value end) as bigint) as trained_churned_count,
        max(case when name = 'settings' then value end) as model_settings,
        max(case when name = 'attributes' then replace(value, ',', ', ') end) as model_attributes,
        cast(max(case when name = 'triples_gain' then value end) as double) as triples_gain,
        cast(max(case when name = 'triples_gain_error' then value end) as double) as triples_gain_error,
        max(case when name = 'churn_definition' then value end) as churn_definition,
        cast(max(case when name = 'horizon_days' then value end) as integer) as horizon_days,
        max(case when name = 'problem' then value end) as problem
    from fitted
    where kind = 'metadata'
    group by portfolio
),

final as (
    select
        portfolios.portfolio,
        facts.fingerprint,
        facts.model_version,
        case
            when facts.model_version is not null then coalesce(facts.churn_definition, 'resembles_leavers')
        end as churn_definition,
        facts.horizon_days,
        {%- if has_months() %}
        case when facts.churn_definition = 'leaves_within' then levels.level_variance end as level_variance,
        -- Risk bands are of portfolios of a usual churn: in a forecast they are as far from its average.
        case
            when facts.churn_definition = 'leaves_within'
                then coalesce(levels.leaving_rate / {{ var('risk_band_reference') }}e0, 1e0)
            else 1e0
        end as band_factor,
        {%- else %}
        cast(null as double) as level_variance,
        1e0 as band_factor,
        {%- endif %}
        facts.intercept_e12,
        facts.trained_client_count,
        facts.trained_churned_count,
        facts.model_settings,
        facts.model_attributes,
        facts.triples_gain,
        facts.triples_gain_error,
        case when facts.model_version is null then coalesce(facts.problem, 'not_in_model') end as no_score_reason
    from portfolios
    left join facts on portfolios.portfolio = facts.portfolio
    {%- if has_months() %}
    left join levels on portfolios.portfolio = levels.portfolio
    {%- endif %}
)

select * from final
