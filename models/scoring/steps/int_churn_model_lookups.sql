-- One row per portfolio: its model as lists, so that a client is scored by looking up positions, without joins.
{{ config(materialized='table') }}

with metadata as (
    select * from {{ ref('int_churn_model_metadata') }}
),

grid as (
    select * from {{ ref('int_churn_model_grid') }}
),

cells as (
    select * from {{ ref('int_churn_model_cells') }}
),

grids as (
    select
        portfolio,
        {{ collect_ordered('start_at', 'feature, grid_number', "bin_kind = 'number' and start_at > -1e300") }} as cuts,
        {%- for attribute in attribute_names('model', ['category', 'yes_no']) %}
        {{ collect_ordered(
            'category', 'grid_number', "feature = '" ~ attribute ~ "' and bin_kind = 'category'"
        ) }} as {{ attribute }}_values,
        {%- endfor %}
        {{ collect_ordered('fine_bin', 'feature, grid_number') }} as fine_bins,
        {{ collect_ordered('coarse_bin', 'feature, grid_number') }} as coarse_bins
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

contributions as (
    select
        portfolio,
        {{ collect_ordered('contribution_e12', 'cell_number') }} as contributions,
        {{ collect_ordered("coalesce(reason_ru, '')", 'cell_number') }} as reasons_ru,
        {{ collect_ordered("coalesce(reason_en, '')", 'cell_number') }} as reasons_en
    from cells
    group by portfolio
),

final as (
    select
        metadata.portfolio,
        metadata.model_version,
        metadata.intercept_e12,
        grids.cuts,
        wholes.whole_grids,
        {%- for attribute in attribute_names('model', ['category', 'yes_no']) %}
        grids.{{ attribute }}_values,
        {%- endfor %}
        grids.fine_bins,
        grids.coarse_bins,
        contributions.contributions,
        contributions.reasons_ru,
        contributions.reasons_en
    from metadata
    inner join grids on metadata.portfolio = grids.portfolio
    left join wholes on metadata.portfolio = wholes.portfolio
    inner join contributions on metadata.portfolio = contributions.portfolio
)

select * from final
