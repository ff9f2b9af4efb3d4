-- One row per cleaning scenario × comparison of many groups × bucket of neighbouring values × group: its clients and
-- the sum of their ranks inside the bucket.
{{ config(materialized='table') }}

{%- set scenarios = cleaning_scenarios() %}
-- Whole numbers as doubles: exact, and running sums of integers cost DuckDB three times as much.
with ranked_values as (
    select
        {%- for scenario in scenarios %}
        cast({{ scenario }} as double) as {{ scenario }},
        {%- endfor %}
        comparison_number,
        group_value,
        bucket,
        metric_value
    from {{ ref('int_ranked_values') }}
    where side = 'many'
),

-- Rows of equal values are peers: a running sum by `range` ends with the last of them.
counted as (
    select
        {%- for scenario in scenarios %}
        {{ scenario }},
        sum({{ scenario }}) over up_to as up_to_{{ scenario }},
        sum({{ scenario }}) over tied as tied_{{ scenario }},
        {%- endfor %}
        comparison_number,
        group_value,
        bucket
    from ranked_values
    window
        up_to as (
            partition by comparison_number, bucket order by metric_value
            range between unbounded preceding and current row
        ),
        tied as (
            partition by comparison_number, bucket order by metric_value range between current row and current row
        )
),

-- Equal values share the mean of their ranks, and each of their clients its part of the tie term.
summed as (
    select
        {%- for scenario in scenarios %}
        {%- set tied = 'tied_' ~ scenario %}
        sum({{ scenario }}) as client_count_{{ scenario }},
        sum({{ scenario }} * (up_to_{{ scenario }} - ({{ tied }} - 1) / 2e0)) as rank_sum_{{ scenario }},
        sum({{ scenario }} * ({{ tied }} * {{ tied }} - 1)) as own_tie_term_{{ scenario }},
        {%- endfor %}
        comparison_number,
        bucket,
        group_value
    from counted
    group by comparison_number, bucket, group_value
),

final as (
    {%- for scenario in scenarios %}
    select
        comparison_number,
        '{{ scenario }}' as cleaning_scenario,
        bucket,
        group_value,
        client_count_{{ scenario }} as client_count,
        rank_sum_{{ scenario }} as rank_sum,
        own_tie_term_{{ scenario }} as own_tie_term
    from summed
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select * from final
