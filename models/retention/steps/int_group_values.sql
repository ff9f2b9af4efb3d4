-- One row per portfolio × target group: the income that could be saved among its clients who have not left; for a
-- group of
-- the cover also how many remain of what it adds, and their income.
{{ config(materialized='table') }}

with groups as (
    select * from {{ ref('int_target_groups') }}
),

members as (
    select * from {{ ref('int_group_members') }}
),

cell_values as (
    select * from {{ ref('int_cell_values') }}
),

-- Of the groups of the cover, a cell counts in the first.
placed as (
    select
        groups.portfolio,
        groups.group_code,
        members.cell_id,
        groups.cover_order,
        min(groups.cover_order) over (partition by members.cell_id) as first_cover_order
    from groups
    inner join members on groups.portfolio = members.portfolio and groups.group_code = members.group_code
),

final as (
    select
        placed.portfolio,
        placed.group_code,
        cast(sum(cell_values.value_to_save_e2) as double) / 100 as value_to_save,
        cast(
            sum(cell_values.remaining_count) filter (where placed.cover_order = placed.first_cover_order) as bigint
        ) as cover_clients_to_contact,
        cast(
            sum(cell_values.value_to_save_e2) filter (where placed.cover_order = placed.first_cover_order) as double
        ) / 100 as cover_value_to_save
    from placed
    inner join cell_values on placed.cell_id = cell_values.cell_id
    group by placed.portfolio, placed.group_code
)

select * from final
