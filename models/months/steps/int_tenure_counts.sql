-- One row per portfolio × period (its end is snapshot_date) × first snapshot of those who were clients at its start:
-- how many they were, and how many left in it; kept.
{{ kept_by_month(and_later=true) }}
with clients as (
    select
        portfolio,
        period_start,
        period_end,
        person_id,
        to_state
    from {{ ref('int_period_clients') }}
    where was_client and {{ is_loading(and_later=true, day='period_end') }}
),

first_seen as (
    select * from {{ ref('int_first_seen') }}
    where not was_churned
),

final as (
    select
        first_seen.snapshot_date as first_date,
        clients.period_start,
        cast(count(*) as bigint) as client_count,
        cast(sum(case when clients.to_state = 'left' then 1 else 0 end) as bigint) as left_count,
        cast(sum(case when clients.to_state = 'disappeared' then 1 else 0 end) as bigint) as disappeared_count,
        clients.portfolio,
        clients.period_end as snapshot_date
    from clients
    inner join first_seen on clients.portfolio = first_seen.portfolio and clients.person_id = first_seen.person_id
    group by clients.portfolio, clients.period_start, clients.period_end, first_seen.snapshot_date
)

select * from final
