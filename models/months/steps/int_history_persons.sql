-- One row per client × snapshot, with the id of the person that links the months: the source client id, and the city with it only
-- where the id has come to mean two people.
{{ config(enabled=has_months(), materialized='view') }}

with history as (
    select * from {{ ref('int_client_history') }}
),

clashes as (
    select * from {{ ref('int_id_clashes') }}
),

linked as (
    select
        history.*,
        case
            when
                clashes.client_id is null
                or history.snapshot_date < clashes.first_clash
                or coalesce(history.city = clashes.kept_city, false)
                then history.client_id
            else concat_ws('|', history.client_id, coalesce(history.city, ''))
        end as person_id
    from history
    left join clashes on history.portfolio = clashes.portfolio and history.client_id = clashes.client_id
)

select * from linked
