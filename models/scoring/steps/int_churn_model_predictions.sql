-- One row per portfolio × evaluation × model variant × client whose churn is known and was not seen by the model; with
-- months, × state of a client.
{{ config(materialized='table') }}
{%- set attributes = (attribute_names('fairness') + ['balance', 'product_count']) | unique | list %}

with variants as (
    select * from {{ ref('int_churn_model_out_of_fold') }}
    where evaluation <> 'ahead'
),

scores as (
    select * from {{ ref('int_client_scores') }}
),

metadata as (
    select * from {{ ref('int_churn_model_metadata') }}
),

-- The state that was predicted from: with months, the client's on that day.
known as (
    select
        portfolio,
        client_key,
        {{ attributes | join(',\n        ') }}
    from {{ ref('clients') }}
    {%- if has_months() %}
    union all
    select
        portfolio,
        client_key,
        {{ attributes | join(',\n        ') }}
    from {{ ref('int_forecast_rows') }}
    {%- endif %}
),

product_values as (
    select * from {{ ref('product_values') }}
),

{%- for portfolio in switched_on_portfolios() %}

-- Clients of known churn that the model was not trained on: of a new extract, or beyond the sample. The first keys
-- only: to put all in order would take longer than to score them.
{{ portfolio }} as (
    select
        portfolio,
        client_key,
        is_churned,
        churn_probability
    from {{ ref('int_client_scores') }}
    where
        portfolio = '{{ portfolio }}'
        and churn_probability is not null
        and is_churned is not null
        and fold is null
    order by client_key
    limit {{ [var('churn_model_sample_size'), var('churn_model_min_clients')] | max }}
),
{%- endfor %}

first_unseen as (
    {%- for portfolio in switched_on_portfolios() %}
    select * from {{ portfolio }}
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
),

unseen as (
    select
        first_unseen.*,
        row_number() over (partition by first_unseen.portfolio order by first_unseen.client_key) as client_number,
        count(*) over (partition by first_unseen.portfolio) as client_count
    from first_unseen
    inner join metadata
        on first_unseen.portfolio = metadata.portfolio and metadata.churn_definition = 'resembles_leavers'
),

predicted as (
    select
        portfolio,
        evaluation,
        model_variant,
        client_key,
        is_churned,
        predicted_probability
    from variants
    union all
    -- What clients of the sample are shown with is out of fold too.
    select
        scores.portfolio,
        'out_of_fold' as evaluation,
        'ebm' as model_variant,
        scores.client_key,
        scores.is_churned,
        scores.churn_probability as predicted_probability
    from scores
    inner join metadata
        on scores.portfolio = metadata.portfolio and metadata.churn_definition = 'resembles_leavers'
    where scores.fold is not null and scores.is_churned is not null
    {%- if has_months() %}
    union all
    select
        portfolio,
        'out_of_fold' as evaluation,
        'ebm' as model_variant,
        client_key,
        is_churned,
        churn_probability as predicted_probability
    from {{ ref('int_forecast_scores') }}
    {%- endif %}
    union all
    select
        portfolio,
        'new_extract' as evaluation,
        'ebm' as model_variant,
        client_key,
        is_churned,
        churn_probability as predicted_probability
    from unseen
    where
        client_count >= {{ var('churn_model_min_clients') }}
        and client_number <= {{ var('churn_model_sample_size') }}
),

together as (
    select
        predicted.*,
        {%- for attribute in attribute_names('fairness') %}
        cast(known.{{ attribute }} as {{ dbt.type_string() }}) as {{ attribute }},
        {%- endfor %}
        {{ yearly_income('known') }} as annual_value
    from predicted
    inner join known on predicted.portfolio = known.portfolio and predicted.client_key = known.client_key
    {{ join_product_values('known') }}
),

-- Sums of whole numbers are the same in any order; sums of fractions are not.
final as (
    select
        *,
        cast(is_churned as integer) as outcome,
        cast(round(annual_value * 100) as bigint) as annual_value_e2,
        predicted_probability * annual_value * {{ var('retention_effectiveness') }}e0 > {{ var('contact_cost') }}e0
            as is_worth_contacting,
        cast(round(predicted_probability * 1e12) as bigint) as predicted_e12,
        cast(
            round(power(predicted_probability - cast(is_churned as integer), 2) * 1e12) as bigint
        ) as squared_error_e12,
        cast(round(-1e12 * ln(greatest(
            case when is_churned then predicted_probability else 1e0 - predicted_probability end, 1e-15
        ))) as bigint) as log_loss_e12
    from together
)

select * from final
