{# The body of one version of `client_segments`. #}
{% macro segments_of_version(version) -%}
with clients as (
    select * from {{ ref('int_client_segments') }}
),

segments as (
    select * from {{ ref('segments') }}
    where segment_version = {{ version }}
),

final as (
    select
        clients.portfolio,
        clients.client_key,
        clients.segment_v{{ version }} as segment_code,
        segments.name_ru as segment_name_ru,
        segments.name_en as segment_name_en,
        clients.data_origin
    from clients
    left join segments on clients.segment_v{{ version }} = segments.segment_code
)

select * from final
{%- endmacro %}
