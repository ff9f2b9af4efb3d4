-- One row per portfolio × attribute × level × bin: lower_bound <= value < upper_bound, a category, missing or unseen.
-- Level 0 is an attribute alone, 1 in a pair, 2 in a triple.
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
        category
    from fitted
    where kind = 'bin'
)

select * from final
