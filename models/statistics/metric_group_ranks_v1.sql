-- One row per portfolio × cleaning scenario × comparison of many groups × group: its rank sum among all of them.
{%- set scenarios = cleaning_scenarios() %}
with ranked_values as (
    select * from {{ ref('int_ranked_values') }}
    where side = 'many'
),

comparisons as (
    select distinct
        portfolio,
        comparison_id,
        comparison_number
    from {{ ref('int_comparisons') }}
    where side = 'many'
),

-- Whole numbers as doubles: exact, and running sums of integers cost DuckDB three times as much. Rows of equal values
-- need not be added up before: the windows below take them together.
value_counts as (
    select
        {%- for scenario in scenarios %}
        cast({{ scenario }} as double) as {{ scenario }},
        {%- endfor %}
        comparison_number,
        bucket,
        metric_value,
        group_value
    from ranked_values
),

bucket_counts as (
    select
        {%- for scenario in scenarios %}
        sum({{ scenario }}) as {{ scenario }},
        {%- endfor %}
        comparison_number,
        bucket
    from value_counts
    group by comparison_number, bucket
),

buckets as (
    select
        {%- for scenario in scenarios %}
        -{{ scenario }} + sum({{ scenario }}) over lower_buckets as below_{{ scenario }},
        {%- endfor %}
        comparison_number,
        bucket
    from bucket_counts
    window lower_buckets as (
        partition by comparison_number order by bucket rows between unbounded preceding and current row
    )
),

within_bucket as (
    select
        {%- for scenario in scenarios %}
        sum({{ scenario }}) over equal_values as tied_{{ scenario }},
        sum({{ scenario }}) over lower_values as up_to_{{ scenario }},
        {%- endfor %}
        *
    from value_counts
    window
        equal_values as (
            partition by comparison_number, bucket order by metric_value range between current row and current row
        ),
        lower_values as (
            partition by comparison_number, bucket order by metric_value
            range between unbounded preceding and current row
        )
),

-- Equal values share the mean of their ranks, and each of their clients its part of the tie term.
ranked as (
    select
        {%- for scenario in scenarios %}
        below_{{ scenario }} + up_to_{{ scenario }} - (tied_{{ scenario }} - 1) / 2e0 as mid_rank_{{ scenario }},
        {%- endfor %}
        within_bucket.*
    from within_bucket
    inner join buckets
        on within_bucket.comparison_number = buckets.comparison_number and within_bucket.bucket = buckets.bucket
),

summed as (
    {%- for scenario in scenarios %}
    {%- set tied = 'tied_' ~ scenario %}
    select
        comparison_number,
        '{{ scenario }}' as cleaning_scenario,
        group_value,
        cast(sum({{ scenario }}) as bigint) as client_count,
        sum({{ scenario }} * mid_rank_{{ scenario }}) as rank_sum,
        sum({{ scenario }} * ({{ tied }} * {{ tied }} - 1)) as own_tie_term
    from ranked
    group by comparison_number, group_value
    having sum({{ scenario }}) > 0
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

final as (
    select
        comparisons.portfolio,
        summed.cleaning_scenario,
        comparisons.comparison_id,
        summed.group_value,
        summed.client_count,
        summed.rank_sum,
        sum(summed.own_tie_term) over (
            partition by summed.comparison_number, summed.cleaning_scenario
        ) as tie_term,
        {{ data_origin_of('comparisons.portfolio') }} as data_origin
    from summed
    inner join comparisons on summed.comparison_number = comparisons.comparison_number
)

select * from final
