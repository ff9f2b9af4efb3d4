-- One row per portfolio × segment in version 1 × segment in version 2: how many clients move, how many of them left.
with cells as (
    select * from {{ ref('int_portrait_cells') }}
),

segments as (
    select * from {{ ref('int_segment_names') }}
),

counted as (
    select
        portfolio,
        segment_v1 as from_segment_code,
        segment_v2 as to_segment_code,
        cast(sum(all_client_count) as bigint) as all_client_count,
        cast(sum(client_count) as bigint) as client_count,
        cast(sum(churned_count) as bigint) as churned_count
    from cells
    group by portfolio, segment_v1, segment_v2
),

final as (
    select
        counted.portfolio,
        counted.from_segment_code,
        counted.to_segment_code,
        old_segments.name_ru as from_segment_name_ru,
        old_segments.name_en as from_segment_name_en,
        new_segments.name_ru as to_segment_name_ru,
        new_segments.name_en as to_segment_name_en,
        counted.from_segment_code = counted.to_segment_code as stays,
        counted.all_client_count,
        cast(counted.all_client_count as double)
        / sum(counted.all_client_count) over (partition by counted.portfolio, counted.from_segment_code)
            as share_of_segment,
        counted.client_count,
        counted.churned_count,
        cast(counted.churned_count as double) / nullif(counted.client_count, 0) as churn_rate,
        {{ wilson_bound('counted.churned_count', 'counted.client_count', 'low') }} as ci_low,
        {{ wilson_bound('counted.churned_count', 'counted.client_count', 'high') }} as ci_high,
        counted.client_count < {{ var('small_group_size') }} as is_small_group,
        {{ is_suppressed('counted.all_client_count') }} as is_suppressed,
        {{ data_origin_of('counted.portfolio') }} as data_origin
    from counted
    inner join segments as old_segments
        on
            counted.portfolio = old_segments.portfolio
            and counted.from_segment_code = old_segments.segment_code
            and old_segments.segment_version = 1
    inner join segments as new_segments
        on
            counted.portfolio = new_segments.portfolio
            and counted.to_segment_code = new_segments.segment_code
            and new_segments.segment_version = 2
)

select * from final
