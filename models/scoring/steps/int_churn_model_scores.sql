-- One row per portfolio × term × cell: its contribution in whole 1e-12 log-odds. Cells are numbered by portfolio.
{{ config(materialized='table') }}

with fitted as (
    select * from {{ ref('int_churn_model_fitted') }}
),

final as (
    select
        portfolio,
        term_number,
        feature_1,
        bin_1,
        feature_2,
        bin_2,
        feature_3,
        bin_3,
        case when feature_3 is not null then 2 when feature_2 is not null then 1 else 0 end as bin_level,
        contribution_e12,
        weight,
        cell_number
    from fitted
    where kind = 'score'
)

select * from final
