-- One row per portfolio × version × hint of the study at what a segment is like: the figures, and whether it holds.
{{ config(materialized='table') }}

with hints as (
    select * from {{ ref('segment_hints') }}
),

-- A segment of a few clients says nothing about a name, and would win every comparison by chance.
portraits as (
    select
        *,
        rank() over (partition by portfolio, group_kind, measure order by value desc) as place_from_top,
        rank() over (partition by portfolio, group_kind, measure order by value) as place_from_bottom
    from {{ ref('int_portraits') }}
    where group_client_count >= {{ var('small_group_size') }}
),

portfolios as (
    select distinct portfolio from {{ ref('int_portraits') }}
),

others as (
    select
        hints.hint_code,
        hints.segment_version,
        portraits.portfolio,
        max(portraits.value) as highest_other_value
    from hints
    inner join portraits
        on
            portraits.group_kind = 'segment_v' || cast(hints.segment_version as {{ dbt.type_string() }})
            and hints.measure = portraits.measure
            and hints.segment_code <> portraits.group_code
            and portraits.group_code <> 'no_products'
    group by hints.hint_code, hints.segment_version, portraits.portfolio
),

judged as (
    select
        portfolios.portfolio,
        hints.segment_version,
        hints.segment_code,
        hints.hint_code,
        hints.measure,
        hints.claim,
        hints.threshold,
        hints.hint_ru,
        hints.hint_en,
        hints.source,
        portraits.group_client_count as client_count,
        portraits.value,
        portraits.portfolio_value,
        others.highest_other_value,
        case hints.claim
            when 'highest' then portraits.place_from_top = 1 and portraits.difference >= hints.threshold
            when 'lowest' then portraits.place_from_bottom = 1 and portraits.difference <= -hints.threshold
            when 'above' then portraits.value > hints.threshold
            when 'only_above'
                then
                    portraits.value > hints.threshold
                    and coalesce(others.highest_other_value <= hints.threshold, true)
        end as holds
    from hints
    cross join portfolios
    left join portraits
        on
            portfolios.portfolio = portraits.portfolio
            and portraits.group_kind = 'segment_v' || cast(hints.segment_version as {{ dbt.type_string() }})
            and hints.segment_code = portraits.group_code
            and hints.measure = portraits.measure
    left join others
        on
            portfolios.portfolio = others.portfolio
            and hints.hint_code = others.hint_code
            and hints.segment_version = others.segment_version
)

select * from judged
