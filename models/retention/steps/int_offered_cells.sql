-- One row per cell of clients in a target group surely above the average: its groups, the offer of the first with one.
{{ config(materialized='table') }}

with cells as (
    select * from {{ ref('churn_cells') }}
),

members as (
    select * from {{ ref('int_group_members') }}
),

offers as (
    select * from {{ ref('int_group_offers') }}
),

grouped as (
    select
        members.cell_id,
        {{ dbt.listagg('offers.group_code', "' | '", 'order by offers.place') }} as target_groups,
        {{ dbt.listagg('offers.name_ru', "' | '", 'order by offers.place') }} as group_names_ru,
        {{ dbt.listagg('offers.name_en', "' | '", 'order by offers.place') }} as group_names_en,
        min_by(offers.recommendation_order, offers.place) filter (where offers.recommendation_order is not null)
            as recommendation_order
    from members
    inner join offers on members.portfolio = offers.portfolio and members.group_code = offers.group_code
    group by members.cell_id
),

final as (
    select
        cells.portfolio,
        {%- for attribute in attribute_names('rates') %}
        cells.{{ attribute }},
        {%- endfor %}
        grouped.*
    from grouped
    inner join cells on grouped.cell_id = cells.cell_id
)

select * from final
