-- One row per cell of clients in a target group surely above the average: the groups, the first by lower bound before
-- the others.
-- sqlfluff:exclude_rules:layout.indent
{{ config(materialized='table') }}

with members as (
    select * from {{ ref('int_group_members') }}
),

offers as (
    select * from {{ ref('int_group_offers') }}
),

spoken as (
    select * from {{ ref('int_spoken_groups') }}
),

-- Names are read out to the client: what is not spoken is left out of them.
grouped as (
    select
        members.portfolio,
        members.cell_id,
        {{ dbt.listagg('offers.group_code', "' | '", 'order by offers.place') }} as target_groups,
        {%- for language in ['ru', 'en'] %}
        {%- set unless_spoken = "else nullif(spoken.spoken_" ~ language ~ ", '') end" %}
        {{ dbt.listagg(
            'case when spoken.group_code is null then offers.name_' ~ language ~ ' ' ~ unless_spoken,
            "' | '", 'order by offers.place'
        ) }} as group_names_{{ language }}{{ ',' if not loop.last }}
        {%- endfor %}
    from members
    inner join offers on members.portfolio = offers.portfolio and members.group_code = offers.group_code
    left join spoken on offers.portfolio = spoken.portfolio and offers.group_code = spoken.group_code
    group by members.portfolio, members.cell_id
)

select * from grouped
