-- One row per portfolio: what tells where a value stands in the grid of its attribute, as lists, so that clients
-- are placed without joins.
{{ config(materialized='table') }}
{%- set texts = churn_model_attributes(['category', 'yes_no']) | map(attribute='name') | list %}

with grid as (
    select * from {{ ref('int_churn_model_grid') }}
),

grids as (
    select
        portfolio,
        {%- for attribute in texts %}
        {{ collect_ordered(
            'category', 'grid_number', "feature = '" ~ attribute ~ "' and bin_kind = 'category'"
        ) }} as {{ attribute }}_values,
        {%- endfor %}
        {{ collect_ordered('start_at', 'feature, grid_number', "bin_kind = 'number' and start_at > -1e300") }} as cuts
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

final as (
    select
        grids.portfolio,
        grids.cuts,
        {%- for attribute in texts %}
        grids.{{ attribute }}_values,
        {%- endfor %}
        wholes.whole_grids
    from grids
    left join wholes on grids.portfolio = wholes.portfolio
)

select * from final
