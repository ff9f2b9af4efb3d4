-- One row per portfolio × snapshot × first snapshot of its clients: how many of those who came then as clients are clients now; kept.
{{ kept_by_month(and_later=true) }}
with persons as (
    select
        portfolio,
        snapshot_date,
        person_id
    from {{ ref('int_history_persons') }}
    where not coalesce(is_churned, false) and {{ is_loading(and_later=true) }}
),

first_seen as (
    select * from {{ ref('int_first_seen') }}
    where not was_churned
),

final as (
    select
        first_seen.snapshot_date as first_date,
        cast(count(*) as bigint) as client_count,
        persons.portfolio,
        persons.snapshot_date
    from persons
    inner join first_seen on persons.portfolio = first_seen.portfolio and persons.person_id = first_seen.person_id
    group by persons.portfolio, persons.snapshot_date, first_seen.snapshot_date
)

select * from final
