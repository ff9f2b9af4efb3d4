-- One row per portfolio: its model as lists, so that a client is scored by looking up positions, without joins.
-- Published behind `client_churn_scores`.
{{ config(materialized='table') }}

with metadata as (
    select * from {{ ref('int_churn_model_metadata') }}
),

grid as (
    select * from {{ ref('int_churn_model_grid') }}
),

fitted as (
    select * from {{ ref('int_churn_model_fitted') }}
),

grids as (
    select
        portfolio,
        {{ collect_ordered('fine_bin', 'feature, grid_number') }} as fine_bins,
        {{ collect_ordered('coarse_bin', 'feature, grid_number') }} as coarse_bins,
        {{ collect_ordered('rough_bin', 'feature, grid_number') }} as rough_bins
    from grid
    group by portfolio
),

-- First the model of new clients, then those of the folds, all with the same cells.
contributions as (
    select
        portfolio,
        {{ collect_ordered('contribution_e12', 'fold, cell_number') }} as contributions
    from fitted
    where kind in ('score', 'fold_score')
    group by portfolio
),

intercepts as (
    select
        portfolio,
        {{ collect_ordered('contribution_e12', 'fold') }} as fold_intercepts
    from fitted
    where kind = 'fold_intercept'
    group by portfolio
),

certainty as (
    select
        portfolio,
        {{ collect_ordered('cast(value as double)', 'bin_1') }} as standard_errors
    from fitted
    where kind = 'certainty'
    group by portfolio
),

-- Every item of a list has a text: what a client in the cell is like.
reasons as (
    select
        portfolio,
        {{ collect_ordered("coalesce(reason_ru, '')", 'cell_number') }} as reasons_ru,
        {{ collect_ordered("coalesce(reason_en, '')", 'cell_number') }} as reasons_en
    from {{ ref('int_churn_model_cells') }}
    group by portfolio
),

final as (
    select
        metadata.portfolio,
        metadata.model_version,
        metadata.churn_definition,
        metadata.horizon_days,
        metadata.band_factor,
        metadata.intercept_e12,
        grids.fine_bins,
        grids.coarse_bins,
        grids.rough_bins,
        contributions.contributions,
        intercepts.fold_intercepts,
        certainty.standard_errors,
        reasons.reasons_ru,
        reasons.reasons_en
    from metadata
    inner join grids on metadata.portfolio = grids.portfolio
    inner join contributions on metadata.portfolio = contributions.portfolio
    left join intercepts on metadata.portfolio = intercepts.portfolio
    inner join certainty on metadata.portfolio = certainty.portfolio
    inner join reasons on metadata.portfolio = reasons.portfolio
)

select * from final
