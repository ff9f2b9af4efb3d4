-- One row per portfolio × snapshot whose outcome is known: the day of the state, and the day by which whoever leaves
-- within the horizon has left. Only the latest of them; one that looks much farther or less far than usual is left out.
{{ config(enabled=has_months(), materialized='table') }}

with snapshots as (
    select * from {{ ref('int_periods') }}
),

paired as (
    select
        states.portfolio,
        states.period_start as previous_date,
        states.period_end as state_date,
        outcomes.period_end as outcome_date,
        outcomes.days_since_first - states.days_since_first as day_count,
        row_number() over (partition by states.portfolio order by states.period_end desc) as place
    from snapshots as states
    inner join snapshots as outcomes
        on
            states.portfolio = outcomes.portfolio
            and states.snapshot_number + {{ horizon_periods_of('states.portfolio') }} = outcomes.snapshot_number
),

recent as (
    select
        *,
        row_number() over (partition by portfolio order by day_count, state_date) as day_place,
        count(*) over (partition by portfolio) as state_count
    from paired
    where place <= {{ var('forecast_periods') }}
),

-- The usual one is that in the middle, the shorter of two.
usual as (
    select
        portfolio,
        day_count as horizon_days
    from recent
    where day_place = floor((state_count + 1) / 2e0)
),

-- A missed extract makes a period twice as long; months and quarters differ by a tenth.
alike as (
    select
        recent.portfolio,
        recent.previous_date,
        recent.state_date,
        recent.outcome_date,
        cast(usual.horizon_days as integer) as horizon_days,
        recent.state_date = max(recent.state_date) over (partition by recent.portfolio) as is_last
    from recent
    inner join usual on recent.portfolio = usual.portfolio
    where abs(recent.day_count - usual.horizon_days) * 5 <= usual.horizon_days
),

-- What a forecast from the last state could have learnt from: states whose outcome was known on that day.
final as (
    select
        *,
        outcome_date <= max(state_date) over (partition by portfolio) as is_before_last
    from alike
)

select * from final
