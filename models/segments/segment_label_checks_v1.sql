-- One row per portfolio × version × hint of the study: the figures it rests on, and whether it holds here.
with hints as (
    select * from {{ ref('int_segment_hints') }}
),

segments as (
    select * from {{ ref('segments') }}
),

final as (
    select
        hints.portfolio,
        hints.segment_version,
        hints.segment_code,
        segments.name_ru as segment_name_ru,
        segments.name_en as segment_name_en,
        hints.hint_code,
        hints.hint_ru,
        hints.hint_en,
        hints.source,
        hints.measure,
        hints.claim,
        hints.threshold,
        hints.client_count,
        hints.value,
        hints.ci_low,
        hints.ci_high,
        hints.portfolio_value,
        hints.highest_other_value,
        coalesce(hints.holds, false) as holds,
        case
            when hints.holds then 'holds'
            when hints.is_refuted then 'does_not_hold'
            when hints.value is not null then 'unclear'
        end as hint_finding,
        hints.value is null as is_not_measurable,
        {{ data_origin_of('hints.portfolio') }} as data_origin
    from hints
    inner join segments
        on hints.segment_version = segments.segment_version and hints.segment_code = segments.segment_code
)

select * from final
