-- One row per cell of clients in a target group surely above the average: the groups, the first by lower bound before
-- the others.
{{ config(materialized='table') }}

with members as (
    select * from {{ ref('int_group_members') }}
),

offers as (
    select * from {{ ref('int_group_offers') }}
),

grouped as (
    select
        members.portfolio,
        members.cell_id,
        {{ dbt.listagg('offers.group_code', "' | '", 'order by offers.place') }} as target_groups,
        {{ dbt.listagg('offers.name_ru', "' | '", 'order by offers.place') }} as group_names_ru,
        {{ dbt.listagg('offers.name_en', "' | '", 'order by offers.place') }} as group_names_en
    from members
    inner join offers on members.portfolio = offers.portfolio and members.group_code = offers.group_code
    group by members.portfolio, members.cell_id
)

select * from grouped
