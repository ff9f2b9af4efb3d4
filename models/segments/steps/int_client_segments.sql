-- One row per client: the code of its segment in each version of the segmentation.
with clients as (
    select * from {{ ref('int_segmented_clients') }}
),

final as (
    select
        {%- for version in segment_versions() %}
        segment_v{{ version }},
        {%- endfor %}
        portfolio,
        client_key,
        data_origin
    from clients
)

select * from final
