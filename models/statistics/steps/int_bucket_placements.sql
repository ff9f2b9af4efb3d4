-- One row per cleaning scenario × comparison of two groups × bucket of neighbouring values: its clients and the sums
-- of their placements inside the bucket. A placement is how many of the other group are below a client, an equal one
-- counting half.
{{ config(materialized='table') }}

{%- set scenarios = cleaning_scenarios() %}
{%- set counted = {'all': 'true', 'b': "side = 'b'"} %}
-- Whole numbers as doubles: exact, and running sums of integers cost DuckDB three times as much. Rows of one client
-- each are counted, not added up: there may be as many values as clients, and a count takes half the memory of a sum.
with value_counts as (
    {%- for is_exact in [true, false] %}
    select
        {%- for scenario in scenarios %}
        {%- for name, condition in counted.items() %}
        {%- if is_exact %}
        cast(count(case when {{ condition }} and {{ scenario }} = 1 then 1 end) as double) as {{ name }}_{{ scenario }},
        {%- else %}
        sum(case when {{ condition }} then cast({{ scenario }} as double) else 0e0 end) as {{ name }}_{{ scenario }},
        {%- endif %}
        {%- endfor %}
        {%- endfor %}
        comparison_number,
        bucket,
        metric_value
    from {{ ref('int_ranked_values') }}
    where side <> 'many' and {{ '' if is_exact else 'not ' }}is_exact
    group by comparison_number, bucket, metric_value
    {{- '\n    union all' if is_exact }}
    {%- endfor %}
),

up_to as (
    select
        {%- for scenario in scenarios %}
        {%- for name in counted %}
        sum({{ name }}_{{ scenario }}) over in_order as up_to_{{ name }}_{{ scenario }},
        {%- endfor %}
        {%- endfor %}
        *
    from value_counts
    window in_order as (
        partition by comparison_number, bucket order by metric_value
        rows between unbounded preceding and current row
    )
),

placed as (
    select
        {%- for scenario in scenarios %}
        all_{{ scenario }} - b_{{ scenario }} as a_{{ scenario }},
        b_{{ scenario }},
        all_{{ scenario }} as tied_{{ scenario }},
        up_to_b_{{ scenario }} - b_{{ scenario }} / 2e0 as placement_a_{{ scenario }},
        up_to_all_{{ scenario }} - up_to_b_{{ scenario }} - (all_{{ scenario }} - b_{{ scenario }}) / 2e0
            as placement_b_{{ scenario }},
        {%- endfor %}
        comparison_number,
        bucket
    from up_to
),

summed as (
    select
        {%- for scenario in scenarios %}
        {%- for side in ['a', 'b'] %}
        {%- set clients, placement = side ~ '_' ~ scenario, 'placement_' ~ side ~ '_' ~ scenario %}
        sum({{ clients }}) as n_{{ side }}_{{ scenario }},
        sum({{ clients }} * {{ placement }}) as placement_sum_{{ side }}_{{ scenario }},
        sum({{ clients }} * {{ placement }} * {{ placement }}) as placement_square_sum_{{ side }}_{{ scenario }},
        {%- endfor %}
        {%- set tied = 'tied_' ~ scenario %}
        sum({{ tied }} * {{ tied }} * {{ tied }} - {{ tied }}) as tie_term_{{ scenario }},
        {%- endfor %}
        comparison_number,
        bucket
    from placed
    group by comparison_number, bucket
),

final as (
    {%- for scenario in scenarios %}
    select
        comparison_number,
        '{{ scenario }}' as cleaning_scenario,
        bucket,
        {%- for side in ['a', 'b'] %}
        n_{{ side }}_{{ scenario }} as n_{{ side }},
        placement_sum_{{ side }}_{{ scenario }} as placement_sum_{{ side }},
        placement_square_sum_{{ side }}_{{ scenario }} as placement_square_sum_{{ side }},
        {%- endfor %}
        tie_term_{{ scenario }} as tie_term
    from summed
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select * from final
