-- One row per client: its attributes beside its segment in each version and whether it left, the groups of portraits.
with clients as (
    {{ attributes_of_clients() }}
),

cells as (
    select * from {{ ref('int_segment_cells') }}
),

placed as (
    select
        {%- for version in segment_versions() %}
        cells.segment_v{{ version }},
        {%- endfor %}
        case clients.is_churned when true then 'churned' when false then 'stayed' end as churn_group,
        clients.*
    from clients
    left join cells
        on
            clients.portfolio = cells.portfolio
            and coalesce(clients.product_count, 0) = cells.product_count
            and coalesce(clients.has_balance, false) = cells.has_balance
            and coalesce(clients.property_points, 0) = cells.property_points
)

select * from placed
