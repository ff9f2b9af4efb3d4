-- One row per portfolio × source client id that several raw rows carry: the few among which duplicates are sought.
{{ config(materialized='table') }}

with unioned as (
    select * from {{ ref('int_clients__unioned') }}
),

repeated as (
    select
        portfolio,
        coalesce(client_id, '') as client_id_text
    from unioned
    group by portfolio, coalesce(client_id, '')
    having count(*) > 1
)

select * from repeated
