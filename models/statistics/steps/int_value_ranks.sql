-- One row per comparison × value of the metric: how many clients have it and how many have it or less, in all groups
-- together and in group b. Ranks and placements follow from these two; of many groups only the first is asked for.
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
        side = 'many' as is_of_many,
        comparison_number,
        bucket,
        metric_value
    from {{ ref('int_ranked_values') }}
    where {{ '' if is_exact else 'not ' }}is_exact
    group by side = 'many', comparison_number, bucket, metric_value
    {{- '\n    union all' if is_exact }}
    {%- endfor %}
),

bucket_counts as (
    select
        {%- for scenario in scenarios %}
        {%- for name in counted %}
        sum({{ name }}_{{ scenario }}) as {{ name }}_{{ scenario }},
        {%- endfor %}
        {%- endfor %}
        is_of_many,
        comparison_number,
        bucket
    from value_counts
    group by is_of_many, comparison_number, bucket
),

buckets as (
    select
        {%- for scenario in scenarios %}
        {%- for name in counted %}
        -{{ name }}_{{ scenario }} + sum({{ name }}_{{ scenario }}) over lower_buckets
            as below_{{ name }}_{{ scenario }},
        {%- endfor %}
        {%- endfor %}
        is_of_many,
        comparison_number,
        bucket
    from bucket_counts
    window lower_buckets as (
        partition by is_of_many, comparison_number order by bucket rows between unbounded preceding and current row
    )
),

within_bucket as (
    select
        {%- for scenario in scenarios %}
        {%- for name in counted %}
        sum({{ name }}_{{ scenario }}) over lower_values as within_{{ name }}_{{ scenario }},
        {%- endfor %}
        {%- endfor %}
        *
    from value_counts
    window lower_values as (
        partition by is_of_many, comparison_number, bucket order by metric_value
        rows between unbounded preceding and current row
    )
),

final as (
    select
        {%- for scenario in scenarios %}
        {%- for name in counted %}
        within_bucket.{{ name }}_{{ scenario }},
        below_{{ name }}_{{ scenario }} + within_{{ name }}_{{ scenario }} as up_to_{{ name }}_{{ scenario }},
        {%- endfor %}
        {%- endfor %}
        within_bucket.is_of_many,
        within_bucket.comparison_number,
        within_bucket.bucket,
        within_bucket.metric_value
    from within_bucket
    inner join buckets
        on
            within_bucket.is_of_many = buckets.is_of_many
            and within_bucket.comparison_number = buckets.comparison_number
            and within_bucket.bucket = buckets.bucket
)

select * from final
