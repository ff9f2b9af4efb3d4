-- One row per portfolio × attribute × level × bin: lower_bound <= value < upper_bound, a category, missing or unseen.
{{ config(materialized='table') }}

with fitted as (
    select * from {{ ref('int_churn_model_fitted') }}
),

final as (
    select
        portfolio,
        feature_1 as feature,
        level_1 as bin_level,
        bin_1 as bin,
        bin_kind,
        lower_bound,
        upper_bound,
        category,
        max(level_1) over (partition by portfolio, feature_1) as last_level
    from fitted
    where kind = 'bin'
)

select * from final
