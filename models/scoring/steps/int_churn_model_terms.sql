-- One row per portfolio × term: its attributes and where its cells are.
{{ config(materialized='table') }}

with scores as (
    select * from {{ ref('int_churn_model_scores') }}
),

final as (
    select
        portfolio,
        term_number,
        feature_1,
        feature_2,
        feature_3,
        min(cell_number) as first_cell,
        max(coalesce(bin_2, 0)) + 1 as width_2,
        max(coalesce(bin_3, 0)) + 1 as width_3,
        count(*) as cell_count,
        cast(sum(cast(weight as bigint) * abs(contribution_e12)) as double)
        / nullif(sum(cast(weight as bigint)), 0) / 1e12 as mean_abs_contribution
    from scores
    group by portfolio, term_number, feature_1, feature_2, feature_3
)

select * from final
