-- One row per client × snapshot that the forecast is learnt from, or is about: what has changed since the snapshot
-- before. A client who was not there then, or whose id has gone to somebody else, has none.
-- sqlfluff:exclude_rules:layout.indent
{{ config(enabled=has_months(), materialized='table') }}
{%- set limits = candidate_limits() %}

with learnt as (
    select * from {{ ref('int_forecast_periods') }}
),

snapshots as (
    select * from {{ ref('int_periods') }}
),

persons as (
    select * from {{ ref('int_history_persons') }}
),

looks as (
    select
        portfolio,
        previous_date,
        state_date as snapshot_date,
        true as is_learnt
    from learnt
    where previous_date is not null
    union all
    select
        snapshots.portfolio,
        snapshots.period_start as previous_date,
        snapshots.period_end as snapshot_date,
        false as is_learnt
    from snapshots
    left join learnt on snapshots.portfolio = learnt.portfolio and snapshots.period_end = learnt.state_date
    where
        learnt.portfolio is null
        and snapshots.period_start is not null
        and snapshots.period_end = {{ snapshot_date_of('snapshots.portfolio') | indent(8) }}
),

states as (
    select
        persons.*,
        looks.previous_date
    from persons
    inner join looks on persons.portfolio = looks.portfolio and persons.snapshot_date = looks.snapshot_date
    where
        not coalesce(persons.is_churned, false)
        {%- for portfolio, limit in limits.items() %}
        and (persons.portfolio <> '{{ portfolio }}' or persons.client_key < '{{ limit }}' or not looks.is_learnt)
        {%- endfor %}
),

final as (
    select
        states.portfolio,
        states.snapshot_date,
        states.client_key,
        {%- for change in client_attributes('forecast') %}
        {{ 'earlier.%s and not states.%s' % (change['made_of'], change['made_of']) if change['form'] == 'yes_no'
            else 'states.%s - earlier.%s' % (change['made_of'], change['made_of']) }} as {{ change['name'] }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from states
    inner join persons as earlier
        on
            states.portfolio = earlier.portfolio
            and states.previous_date = earlier.snapshot_date
            and states.person_id = earlier.person_id
    where not coalesce(earlier.is_churned, false) and not {{ is_id_reused('earlier', 'states') }}
)

select * from final
