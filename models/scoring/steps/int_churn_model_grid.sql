-- One row per portfolio × attribute × position in its grid: the bins of a value there, alone, in a pair, in a triple.
-- A grid joins the cuts of all levels: position 0 is a missing value, the last of a category one never seen.
{{ config(materialized='table') }}

with bins as (
    select
        *,
        coalesce(lower_bound, -1e300) as bin_start,
        coalesce(upper_bound, 1e300) as bin_end
    from {{ ref('int_churn_model_bins') }}
),

starts as (
    select distinct
        portfolio,
        feature,
        bin_kind,
        category,
        case when bin_kind = 'number' then bin_start end as start_at
    from bins
),

placed as (
    select
        *,
        row_number() over (
            partition by portfolio, feature
            order by case bin_kind when 'missing' then 0 when 'unseen' then 2 else 1 end, start_at, category
        ) - 1 as grid_number
    from starts
),

final as (
    select
        placed.portfolio,
        placed.feature,
        placed.grid_number,
        placed.bin_kind,
        placed.start_at,
        placed.category,
        max(case when bins.bin_level = 0 then bins.bin end) as fine_bin,
        max(case when bins.bin_level = 1 then bins.bin end) as coarse_bin,
        max(case when bins.bin_level = 2 then bins.bin end) as rough_bin
    from placed
    inner join bins
        on
            placed.portfolio = bins.portfolio
            and placed.feature = bins.feature
            and placed.bin_kind = bins.bin_kind
            and (placed.category = bins.category or placed.category is null)
            and (placed.start_at is null or (placed.start_at >= bins.bin_start and placed.start_at < bins.bin_end))
    group by
        placed.portfolio, placed.feature, placed.grid_number, placed.bin_kind, placed.start_at, placed.category
)

select * from final
