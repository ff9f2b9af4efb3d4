-- One row per client who has not left: how much the client resembles the leavers, income of a year or of the days such
-- clients stay, what of it counts, and the combination of banded attributes that the client has.
{{ config(materialized='table') }}
{%- set by_stay = var('client_value_horizon') == 'expected_stay' and has_months() %}
{%- set income = yearly_income('clients') %}
{%- if by_stay %}{% set income = '(' ~ income ~ ') * clients.stay_years' %}{% endif %}

with all_clients as (
    {{ attributes_of_clients() }}
),

{% if by_stay -%}
client_segments as (
    select * from {{ ref('client_segments', v=segment_versions() | max) }}
),

stays as (
    select * from {{ ref('time_to_leave') }}
    where stay_days is not null
),

-- Of its segment, else of everybody; where months do not tell it, a year.
clients as (
    select
        all_clients.*,
        coalesce(own.stay_days, everybody.stay_days, 365) / 365e0 as stay_years,
        case when coalesce(own.stay_days, everybody.stay_days) is null then 'year' else 'expected_stay' end
            as income_horizon
    from all_clients
    left join client_segments on all_clients.client_key = client_segments.client_key
    left join stays as own
        on
            all_clients.portfolio = own.portfolio
            and own.segment_version = {{ segment_versions() | max }}
            and client_segments.segment_code = own.segment_code
    left join stays as everybody
        on all_clients.portfolio = everybody.portfolio and everybody.segment_version = 0
    where all_clients.is_churned is not true
),
{%- else -%}
clients as (
    select
        *,
        'year' as income_horizon
    from all_clients
    where is_churned is not true
),
{%- endif %}

cells as (
    select * from {{ ref('churn_cells') }}
),

scores as (
    select * from {{ ref('int_client_scores') }}
),

product_values as (
    select * from {{ ref('product_values') }}
),

-- Whole hundredths are summed: sums of fractions differ from run to run.
caps as (
    select
        clients.portfolio,
        {{ var('max_value_multiple') }}e0
        * cast(sum(cast(round(100 * ({{ income }})) as bigint)) as double) / count(*) / 100 as value_cap
    from clients
    {{ join_product_values('clients') }}
    group by clients.portfolio
),

-- What is not stated is worth nothing here: a promise is made on what is known only.
valued as (
    select
        clients.portfolio,
        clients.client_key,
        cast(clients.client_id as {{ dbt.type_string() }}) as client_id,
        cells.cell_id,
        scores.churn_probability,
        scores.risk_band,
        {{ income }} as value_at_risk,
        clients.income_horizon,
        caps.value_cap
    from clients
    {{ join_product_values('clients') }}
    inner join caps on clients.portfolio = caps.portfolio
    left join scores on clients.client_key = scores.client_key
    inner join cells
        on
            clients.portfolio = cells.portfolio
            {%- for attribute in attribute_names('rates') %}
            and {{ group_text('clients.' ~ attribute) }} = cells.{{ attribute }}
            {%- endfor %}
),

final as (
    select
        portfolio,
        client_key,
        client_id,
        cell_id,
        churn_probability,
        risk_band,
        value_at_risk,
        income_horizon,
        least(value_at_risk, value_cap) as counted_value,
        value_at_risk > value_cap as is_value_capped,
        churn_probability * least(value_at_risk, value_cap) as value_to_save
    from valued
)

select * from final
