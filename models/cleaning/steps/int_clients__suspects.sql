-- One row per raw row that breaks a rule or whose source client id occurs again: nobody else is looked at twice.
{{ config(materialized='table') }}

with checked as (
    select * from {{ ref('int_clients__checked') }}
),

repeated_ids as (
    select * from {{ ref('int_clients__repeated_ids') }}
),

suspects as (
    select
        checked.*,
        repeated_ids.client_id_text is not null as is_repeated
    from checked
    left join repeated_ids
        on checked.portfolio = repeated_ids.portfolio and coalesce(checked.client_id, '') = repeated_ids.client_id_text
    where checked.rule_codes <> '' or repeated_ids.client_id_text is not null
)

select * from suspects
