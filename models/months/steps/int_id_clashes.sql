-- One row per portfolio × source client id that stood in two cities in one snapshot: since when, and in which city the one client
-- stood whom the id had meant until then.
{{ config(enabled=has_months(), materialized='table') }}

with history as (
    select
        portfolio,
        snapshot_date,
        client_id,
        city,
        is_id_in_two_cities
    from {{ ref('int_client_history') }}
),

clashing as (
    select
        portfolio,
        client_id,
        min(snapshot_date) as first_clash
    from history
    where is_id_in_two_cities
    group by portfolio, client_id
),

before as (
    select
        history.portfolio,
        history.client_id,
        history.city,
        row_number() over (
            partition by history.portfolio, history.client_id order by history.snapshot_date desc
        ) as place
    from history
    inner join clashing on history.portfolio = clashing.portfolio and history.client_id = clashing.client_id
    where history.snapshot_date < clashing.first_clash
),

final as (
    select
        clashing.portfolio,
        clashing.client_id,
        clashing.first_clash,
        before.city as kept_city
    from clashing
    left join before
        on clashing.portfolio = before.portfolio and clashing.client_id = before.client_id and before.place = 1
)

select * from final
