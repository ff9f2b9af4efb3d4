-- One row per client that the churn model is trained on: known churn, and the smallest keys of each portfolio.
{{ config(materialized='table', tags=['train']) }}

with clients as (
    {{ attributes_of_clients() }}
),

{%- for portfolio in switched_on_portfolios() %}

-- A client key is a hash, so the smallest keys are a random sample that stays the same while the clients do. The one
-- known client without any product churned: as a group of its own it would get a certainty that one person cannot give.
{{ portfolio }} as (
    select client_key
    from {{ ref('clients') }}
    where portfolio = '{{ portfolio }}' and is_churned is not null and coalesce(product_count, 1) <> 0
    order by client_key
    limit {{ 0 if var('churn_model_folder') else var('churn_model_sample_size') }}
),
{%- endfor %}

sampled_keys as (
    {%- for portfolio in switched_on_portfolios() %}
    select client_key from {{ portfolio }}
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
),

-- Sorting keys alone costs a quarter of sorting whole rows. Clients are read by each step: read once for all, they
-- would be copied in memory first.
sampled as (
    select clients.*
    from clients
    inner join sampled_keys on clients.client_key = sampled_keys.client_key
),

-- One source client's rows stand in one fold, so that nobody is predicted by a model that knows them from another city.
final as (
    select
        portfolio,
        client_key,
        cast(dense_rank() over (partition by portfolio order by md5(concat(portfolio, client_id))) as integer)
        % {{ var('churn_model_folds') }} + 1 as fold,
        {%- for attribute in attribute_names('model', ['whole_number', 'amount']) %}
        cast({{ attribute }} as double) as {{ attribute }},
        {%- endfor %}
        {%- for attribute in attribute_names('model', ['category', 'yes_no']) %}
        cast({{ attribute }} as {{ dbt.type_string() }}) as {{ attribute }},
        {%- endfor %}
        cast(is_churned as integer) as is_churned
    from sampled
)

select * from final
