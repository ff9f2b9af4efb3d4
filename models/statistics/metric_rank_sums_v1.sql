-- One row per portfolio × cleaning scenario × comparison of two groups: rank sums with ties.
{%- set scenarios = cleaning_scenarios() %}
with comparisons as (
    select distinct
        portfolio,
        comparison_id,
        comparison_number
    from {{ ref('int_comparisons') }}
    where side <> 'many'
),

-- Whole numbers as doubles: exact, and running sums of integers cost DuckDB three times as much. Rows of one client
-- each are counted, not added up: there may be as many values as clients, and a count takes half the memory of a sum.
value_counts as (
    {%- for is_exact in [true, false] %}
    select
        {%- for scenario in scenarios %}
        {%- for side in ['a', 'b'] %}
        {%- if is_exact %}
        cast(count(case when side = '{{ side }}' and {{ scenario }} = 1 then 1 end) as double)
            as {{ side }}_{{ scenario }},
        {%- else %}
        sum(case when side = '{{ side }}' then cast({{ scenario }} as double) else 0e0 end)
            as {{ side }}_{{ scenario }},
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

bucket_counts as (
    select
        {%- for scenario in scenarios %}
        sum(a_{{ scenario }}) as a_{{ scenario }},
        sum(b_{{ scenario }}) as b_{{ scenario }},
        {%- endfor %}
        comparison_number,
        bucket
    from value_counts
    group by comparison_number, bucket
),

buckets as (
    select
        {%- for scenario in scenarios %}
        -a_{{ scenario }} + sum(a_{{ scenario }}) over lower_buckets as below_a_{{ scenario }},
        -b_{{ scenario }} + sum(b_{{ scenario }}) over lower_buckets as below_b_{{ scenario }},
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
        sum(a_{{ scenario }}) over lower_values as up_to_a_{{ scenario }},
        sum(b_{{ scenario }}) over lower_values as up_to_b_{{ scenario }},
        {%- endfor %}
        *
    from value_counts
    window lower_values as (
        partition by comparison_number, bucket order by metric_value rows between unbounded preceding and current row
    )
),

-- A client's placement: how many of the other group are below, an equal one counting half.
placed as (
    select
        {%- for scenario in scenarios %}
        below_b_{{ scenario }} + up_to_b_{{ scenario }} - b_{{ scenario }} / 2e0 as placement_a_{{ scenario }},
        below_a_{{ scenario }} + up_to_a_{{ scenario }} - a_{{ scenario }} / 2e0 as placement_b_{{ scenario }},
        a_{{ scenario }} + b_{{ scenario }} as tied_{{ scenario }},
        {%- endfor %}
        within_bucket.*
    from within_bucket
    inner join buckets
        on within_bucket.comparison_number = buckets.comparison_number and within_bucket.bucket = buckets.bucket
),

summed as (
    {%- for scenario in scenarios %}
    {%- set a, b, tied = 'a_' ~ scenario, 'b_' ~ scenario, 'tied_' ~ scenario %}
    select
        comparison_number,
        '{{ scenario }}' as cleaning_scenario,
        cast(sum({{ a }}) as bigint) as n_a,
        cast(sum({{ b }}) as bigint) as n_b,
        sum({{ a }} * placement_{{ a }}) as placement_sum_a,
        sum({{ a }} * placement_{{ a }} * placement_{{ a }}) as placement_square_sum_a,
        sum({{ b }} * placement_{{ b }}) as placement_sum_b,
        sum({{ b }} * placement_{{ b }} * placement_{{ b }}) as placement_square_sum_b,
        sum({{ tied }} * {{ tied }} * {{ tied }} - {{ tied }}) as tie_term
    from placed
    group by comparison_number
    having sum({{ tied }}) > 0
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
        summed.n_a,
        summed.n_b,
        summed.placement_sum_a,
        summed.placement_square_sum_a,
        summed.placement_sum_b,
        summed.placement_square_sum_b,
        summed.tie_term,
        {{ data_origin_of('comparisons.portfolio') }} as data_origin
    from summed
    inner join comparisons on summed.comparison_number = comparisons.comparison_number
)

select * from final
