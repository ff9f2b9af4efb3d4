-- One row per portfolio: its model as lists, so that a client is scored by looking up positions, without joins.
{{ config(materialized='table') }}
{%- set texts = churn_model_attributes(['category', 'yes_no']) | map(attribute='name') | list %}

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
        {{ collect_ordered('start_at', 'feature, grid_number', "bin_kind = 'number' and start_at > -1e300") }} as cuts,
        {%- for attribute in texts %}
        {{ collect_ordered(
            'category', 'grid_number', "feature = '" ~ attribute ~ "' and bin_kind = 'category'"
        ) }} as {{ attribute }}_values,
        {%- endfor %}
        {{ collect_ordered('fine_bin', 'feature, grid_number') }} as fine_bins,
        {{ collect_ordered('coarse_bin', 'feature, grid_number') }} as coarse_bins,
        {{ collect_ordered('rough_bin', 'feature, grid_number') }} as rough_bins
    from grid
    group by portfolio
),

digits as (
    {%- for digit in range(10) %}
    select {{ digit }} as digit
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
),

-- Every whole number that an attribute may take.
whole_values as (
    {%- for attribute, bounds in whole_ranges().items() %}
    select
        '{{ attribute }}' as feature,
        {{ bounds[0] }} + ones.digit + 10 * tens.digit + 100 * hundreds.digit + 1000 * thousands.digit as whole_value
    from digits as ones
    cross join digits as tens
    cross join digits as hundreds
    cross join digits as thousands
    where ones.digit + 10 * tens.digit + 100 * hundreds.digit + 1000 * thousands.digit <= {{ bounds[1] - bounds[0] }}
    union all
    {%- endfor %}
    select
        '' as feature,
        0 as whole_value
),

placed as (
    select
        grid.portfolio,
        grid.feature,
        whole_values.whole_value,
        count(case when grid.start_at <= whole_values.whole_value then 1 end) as grid_number
    from grid
    inner join whole_values on grid.feature = whole_values.feature
    where grid.bin_kind = 'number'
    group by grid.portfolio, grid.feature, whole_values.whole_value
),

wholes as (
    select
        portfolio,
        {{ collect_ordered('grid_number', 'feature, whole_value') }} as whole_grids
    from placed
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

final as (
    select
        metadata.portfolio,
        metadata.model_version,
        metadata.churn_definition,
        metadata.horizon_days,
        metadata.band_factor,
        metadata.intercept_e12,
        grids.cuts,
        wholes.whole_grids,
        {%- for attribute in texts %}
        grids.{{ attribute }}_values,
        {%- endfor %}
        grids.fine_bins,
        grids.coarse_bins,
        grids.rough_bins,
        contributions.contributions,
        intercepts.fold_intercepts,
        certainty.standard_errors
    from metadata
    inner join grids on metadata.portfolio = grids.portfolio
    left join wholes on metadata.portfolio = wholes.portfolio
    inner join contributions on metadata.portfolio = contributions.portfolio
    left join intercepts on metadata.portfolio = intercepts.portfolio
    inner join certainty on metadata.portfolio = certainty.portfolio
)

select * from final
