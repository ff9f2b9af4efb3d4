-- One row per portfolio × attribute of the model: where its part of the lists begins in which scoring looks up.
{{ config(materialized='table') }}

with grid as (
    select * from {{ ref('int_churn_model_grid') }}
),

counted as (
    select
        portfolio,
        feature,
        max(case when bin_kind in ('number', 'category') then bin_kind end) as feature_kind,
        count(*) as grid_count,
        count(case when bin_kind = 'number' and start_at > -1e300 then 1 end) as cut_count,
        count(case when bin_kind = 'category' then 1 end) as category_count
    from grid
    group by portfolio, feature
),

final as (
    select
        *,
        coalesce(sum(grid_count) over before, 0) as grids_before,
        coalesce(sum(cut_count) over before, 0) as cuts_before
    from counted
    window before as (
        partition by portfolio order by feature rows between unbounded preceding and 1 preceding
    )
)

select
    portfolio,
    feature,
    feature_kind,
    cast(cut_count as bigint) as cut_count,
    cast(category_count as bigint) as category_count,
    cast(grids_before as bigint) as grids_before,
    cast(cuts_before as bigint) as cuts_before
from final
