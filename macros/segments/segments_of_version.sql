{# The body of one version of `client_segments`. #}
{% macro segments_of_version(version) -%}
with clients as (
    select * from {{ ref('clients') }}
),

cells as (
    select * from {{ ref('int_segment_cells') }}
),

segments as (
    select * from {{ ref('segments') }}
    where segment_version = {{ version }}
),

final as (
    select
        clients.portfolio,
        clients.client_key,
        cells.segment_v{{ version }} as segment_code,
        segments.name_ru as segment_name_ru,
        segments.name_en as segment_name_en,
        clients.data_origin
    from clients
    left join cells
        on
            clients.portfolio = cells.portfolio
            and coalesce(clients.product_count, 0) = cells.product_count
            and coalesce(clients.has_balance, false) = cells.has_balance
            and coalesce(clients.property_points, 0) = cells.property_points
    left join segments on cells.segment_v{{ version }} = segments.segment_code
)

select * from final
{%- endmacro %}
