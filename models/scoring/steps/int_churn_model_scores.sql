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
        level_1,
        bin_1,
        feature_2,
        level_2,
        bin_2,
        contribution_e12,
        weight,
        cast(row_number() over (
            partition by portfolio order by term_number, bin_1, coalesce(bin_2, 0)
        ) as bigint) as cell_number
    from fitted
    where kind = 'score'
)

select * from final
