-- One row per snapshot that was published with probabilities × later snapshot that shows what became of its clients, at
-- the distances of var `forecast_horizons`; settled_at: since when all snapshots from the one to the other are as they
-- are.
{{ config(enabled=has_months(), materialized='table') }}

with published as (
    select * from {{ ref('int_published_models') }}
),

periods as (
    select * from {{ ref('int_periods') }}
),

ledger as (
    select * from {{ ref('loaded_snapshots') }}
),

paired as (
    select
        published.portfolio,
        published.snapshot_date as forecast_date,
        later.period_end as outcome_date,
        later.snapshot_number - earlier.snapshot_number as horizon,
        later.days_since_first - earlier.days_since_first as day_count
    from published
    inner join periods as earlier
        on published.portfolio = earlier.portfolio and published.snapshot_date = earlier.period_end
    inner join periods as later on published.portfolio = later.portfolio
    where later.snapshot_number - earlier.snapshot_number in ({{ var('forecast_horizons') | join(', ') }})
),

final as (
    select
        paired.portfolio,
        paired.forecast_date,
        paired.outcome_date,
        paired.horizon,
        paired.day_count,
        max(ledger.loaded_at) as settled_at
    from paired
    inner join ledger
        on
            paired.portfolio = ledger.portfolio
            and ledger.snapshot_date between paired.forecast_date and paired.outcome_date
    group by paired.portfolio, paired.forecast_date, paired.outcome_date, paired.horizon, paired.day_count
)

select * from final
