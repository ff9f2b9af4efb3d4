-- One row per portfolio × evaluation × model variant × client whose churn is known and was not seen by the model.
{{ config(materialized='table') }}

with out_of_fold as (
    select * from {{ ref('int_churn_model_out_of_fold') }}
),

sample as (
    select * from {{ ref('int_churn_model_sample') }}
),

clients as (
    select * from {{ ref('clients') }}
),

{%- for portfolio in var('portfolios') %}

-- Clients of known churn that the model was not trained on: of a new extract, or beyond the sample. The first keys
-- only: to put all in order would take longer than to score them.
{{ portfolio }} as (
    select
        portfolio,
        client_key,
        is_churned,
        churn_probability
    from {{ ref('client_churn_scores') }}
    where
        portfolio = '{{ portfolio }}'
        and churn_probability is not null
        and is_churned is not null
        and not coalesce(is_trained_on, false)
    order by client_key
    limit {{ [var('churn_model_sample_size'), var('churn_model_min_clients')] | max }}
),
{%- endfor %}

first_unseen as (
    {%- for portfolio in var('portfolios') %}
    select * from {{ portfolio }}
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
),

unseen as (
    select
        *,
        row_number() over (partition by portfolio order by client_key) as client_number,
        count(*) over (partition by portfolio) as client_count
    from first_unseen
),

together as (
    select
        out_of_fold.portfolio,
        'out_of_fold' as evaluation,
        out_of_fold.model_variant,
        out_of_fold.client_key,
        out_of_fold.is_churned,
        out_of_fold.predicted_probability,
        {%- for attribute in attribute_names('fairness') %}
        sample.{{ attribute }}{{ ',' if not loop.last }}
        {%- endfor %}
    from out_of_fold
    inner join sample on out_of_fold.portfolio = sample.portfolio and out_of_fold.client_key = sample.client_key
    union all
    select
        unseen.portfolio,
        'new_extract' as evaluation,
        'ebm' as model_variant,
        unseen.client_key,
        unseen.is_churned,
        unseen.churn_probability as predicted_probability,
        {%- for attribute in attribute_names('fairness') %}
        cast(clients.{{ attribute }} as {{ dbt.type_string() }}) as {{ attribute }}{{ ',' if not loop.last }}
        {%- endfor %}
    from unseen
    inner join clients on unseen.portfolio = clients.portfolio and unseen.client_key = clients.client_key
    where
        unseen.client_count >= {{ var('churn_model_min_clients') }}
        and unseen.client_number <= {{ var('churn_model_sample_size') }}
),

-- Sums of whole numbers are the same in any order; sums of fractions are not.
final as (
    select
        *,
        cast(is_churned as integer) as outcome,
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
