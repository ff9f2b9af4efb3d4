-- One row per client that the churn model is trained on: known churn, and the smallest keys of each portfolio. Where
-- months tell who left, one row per client and month, under a key of both, and one per client whom the forecast is
-- about.
{{ config(materialized='table', tags=['train']) }}
{%- set sample_size = 0 if var('churn_model_folder') else var('churn_model_sample_size') %}

with clients as (
    {{ attributes_of_clients() }}
),
{%- if has_months() %}

levels as (
    select * from {{ ref('int_forecast_levels') }}
    where is_enough
),

states as (
    select * from {{ ref('int_forecast_rows') }}
),

changes as (
    select * from {{ ref('int_client_changes') }}
),

-- Learnt from are all leavers, if they are no more than half, and some who stayed: what that does to the level is
-- known and taken back. So many of each are marked as give the shares of all clients.
placed as (
    select
        states.client_key,
        states.is_last,
        row_number() over (partition by states.portfolio, states.is_last order by states.client_key) as last_place,
        row_number() over (partition by states.portfolio, states.is_leaver order by states.client_key) as place,
        case when states.is_leaver then levels.sampled_leaver_count else levels.sampled_stayer_count end
            as sampled_count,
        case when states.is_leaver then levels.learnt_leaver_count else levels.learnt_stayer_count end
            as outcome_count,
        least(
            cast(levels.sampled_leaver_count as double) / levels.learnt_leaver_count,
            cast(levels.sampled_stayer_count as double) / levels.learnt_stayer_count
        ) as least_share
    from states
    inner join levels on states.portfolio = levels.portfolio
    where coalesce(states.product_count, 1) <> 0
),

-- The last month is kept beside, to look whether those before it foretell it.
chosen as (
    select
        client_key,
        cast(sampled_count as double) / outcome_count as outcome_share,
        place <= sampled_count as is_trained_on,
        place <= least_share * outcome_count as is_representative
    from placed
    where {{ sample_size }} > 0 and (place <= sampled_count or (is_last and last_place <= {{ sample_size }}))
),
{%- endif %}

{%- for portfolio in switched_on_portfolios() %}

-- A client key is a hash, so the smallest keys are a random sample that stays the same while the clients do. The one
-- known client without any product churned: as a group of its own it would get a certainty that one person cannot give.
{{ portfolio }} as (
    select client_key
    from {{ ref('clients') }}
    where
        portfolio = '{{ portfolio }}'
        and is_churned is not null
        and coalesce(product_count, 1) <> 0
        {%- if portfolio_option(portfolio, 'snapshots') %}
        and portfolio not in (select levels.portfolio from levels)
        {%- endif %}
    order by client_key
    limit {{ sample_size }}
),
{%- if portfolio_option(portfolio, 'snapshots') %}

-- Whom the forecast is about: the plain model says what it expects of them, to be held against what becomes of them.
{{ portfolio }}_asked as (
    select clients.client_key
    from {{ ref('clients') }} as clients
    inner join levels on clients.portfolio = levels.portfolio
    where clients.portfolio = '{{ portfolio }}' and clients.is_churned is not true
    order by clients.client_key
    limit {{ sample_size }}
),
{%- endif %}
{%- endfor %}

sampled_keys as (
    {%- for portfolio in switched_on_portfolios() %}
    select
        client_key,
        false as is_asked
    from {{ portfolio }}
    {%- if portfolio_option(portfolio, 'snapshots') %}
    union all
    select
        client_key,
        true as is_asked
    from {{ portfolio }}_asked
    {%- endif %}
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
),

-- Sorting keys alone costs a quarter of sorting whole rows. Clients are read by each step: read once for all, they
-- would be copied in memory first.
sampled as (
    select
        clients.portfolio,
        clients.client_key,
        clients.client_id,
        {%- for attribute in attribute_names('model') %}
        clients.{{ attribute }},
        {%- endfor %}
        {%- for change in client_attributes('forecast') %}
        case when sampled_keys.is_asked then changes.{{ change['name'] }} end as {{ change['name'] }},
        {%- endfor %}
        case when sampled_keys.is_asked then false else clients.is_churned end as is_churned,
        {{ 'levels.horizon_days' if has_months() else 'cast(null as integer) as horizon_days' }},
        1e0 as outcome_share,
        not sampled_keys.is_asked as is_trained_on,
        not sampled_keys.is_asked as is_representative,
        false as is_before_last,
        false as is_last,
        sampled_keys.is_asked
    from clients
    inner join sampled_keys on clients.client_key = sampled_keys.client_key
    {%- if has_months() %}
    left join levels on clients.portfolio = levels.portfolio
    left join changes on clients.client_key = changes.client_key and clients.snapshot_date = changes.snapshot_date
    union all
    select
        states.portfolio,
        states.client_key,
        states.client_id,
        {%- for attribute in churn_model_attributes() %}
        states.{{ attribute['name'] }},
        {%- endfor %}
        states.is_leaver as is_churned,
        states.horizon_days,
        chosen.outcome_share,
        chosen.is_trained_on,
        chosen.is_representative,
        states.is_before_last,
        states.is_last,
        false as is_asked
    from states
    inner join chosen on states.client_key = chosen.client_key
    {%- endif %}
),

-- One source client's rows stand in one fold, so that nobody is predicted by a model that knows them from another city
-- or month. Those asked about have no say in it.
final as (
    select
        portfolio,
        client_key,
        client_id,
        cast(dense_rank() over (partition by portfolio, is_asked order by md5(concat(portfolio, client_id))) as integer)
        % {{ var('churn_model_folds') }} + 1 as fold,
        {%- for attribute in churn_model_attributes(['whole_number', 'amount']) %}
        cast({{ attribute['name'] }} as double) as {{ attribute['name'] }},
        {%- endfor %}
        {%- for attribute in churn_model_attributes(['category', 'yes_no']) %}
        cast({{ attribute['name'] }} as {{ dbt.type_string() }}) as {{ attribute['name'] }},
        {%- endfor %}
        horizon_days,
        outcome_share,
        is_trained_on,
        is_representative,
        is_before_last,
        is_last,
        is_asked,
        cast(is_churned as integer) as is_churned
    from sampled
)

select * from final
