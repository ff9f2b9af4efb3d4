-- One row per client × snapshot whose outcome is known: the client's state on that day and what has changed since the
-- snapshot before, nothing later, and whether the client has left within the horizon. Its key is a hash of client and
-- day.
-- sqlfluff:exclude_rules:layout.indent
{{ config(enabled=has_months(), materialized='table') }}
{%- set told = attribute_names('fairness') + ['balance', 'product_count'] %}
{%- set attributes = (attribute_names('model') + told) | unique | list %}
{%- set limits = candidate_limits() %}

with periods as (
    select * from {{ ref('int_forecast_periods') }}
),

snapshots as (
    select * from {{ ref('int_periods') }}
),

persons as (
    select * from {{ ref('int_history_persons') }}
),

changes as (
    select * from {{ ref('int_client_changes') }}
),

states as (
    select
        persons.portfolio,
        md5(concat(persons.client_key, '|', cast(periods.state_date as {{ dbt.type_string() }}))) as client_key,
        persons.client_id,
        persons.person_id,
        {%- for attribute in attributes %}
        persons.{{ attribute }},
        {%- endfor %}
        {%- for change in client_attributes('forecast') %}
        changes.{{ change['name'] }},
        {%- endfor %}
        periods.state_date,
        periods.outcome_date,
        periods.horizon_days,
        periods.is_last,
        periods.is_before_last,
        persons.data_origin
    from persons
    inner join periods on persons.portfolio = periods.portfolio and persons.snapshot_date = periods.state_date
    left join changes on persons.client_key = changes.client_key and persons.snapshot_date = changes.snapshot_date
    where
        not coalesce(persons.is_churned, false)
        {%- for portfolio, limit in limits.items() %}
        and (persons.portfolio <> '{{ portfolio }}' or persons.client_key < '{{ limit }}')
        {%- endfor %}
),

{{ left_by('states', 'periods', 'state_date') }},

final as (
    select
        *,
        has_left as is_leaver
    from ended
)

select * from final
