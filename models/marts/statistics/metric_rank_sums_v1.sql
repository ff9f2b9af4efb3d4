-- One row per portfolio × cleaning scenario × comparison of two groups: rank sums with ties.
with ranked_values as (
    select * from {{ ref('int_ranked_values') }}
    where side <> 'many'
),

value_counts as (
    select
        portfolio,
        cleaning_scenario,
        comparison_id,
        bucket,
        metric_value,
        cast(coalesce(sum(client_count) filter (where side = 'a'), 0) as bigint) as count_a,
        cast(coalesce(sum(client_count) filter (where side = 'b'), 0) as bigint) as count_b
    from ranked_values
    group by portfolio, cleaning_scenario, comparison_id, bucket, metric_value
),

bucket_counts as (
    select
        portfolio,
        cleaning_scenario,
        comparison_id,
        bucket,
        sum(count_a) as count_a,
        sum(count_b) as count_b
    from value_counts
    group by portfolio, cleaning_scenario, comparison_id, bucket
),

buckets as (
    select
        *,
        -count_a + sum(count_a) over lower_buckets as below_a,
        -count_b + sum(count_b) over lower_buckets as below_b
    from bucket_counts
    window lower_buckets as (
        partition by portfolio, cleaning_scenario, comparison_id order by bucket
        rows between unbounded preceding and current row
    )
),

within_bucket as (
    select
        *,
        sum(count_a) over lower_values as up_to_a,
        sum(count_b) over lower_values as up_to_b
    from value_counts
    window lower_values as (
        partition by portfolio, cleaning_scenario, comparison_id, bucket order by metric_value
        rows between unbounded preceding and current row
    )
),

-- A client's placement: how many of the other group are below, an equal one counting half.
placed as (
    select
        within_bucket.portfolio,
        within_bucket.cleaning_scenario,
        within_bucket.comparison_id,
        within_bucket.count_a,
        within_bucket.count_b,
        buckets.below_b + within_bucket.up_to_b - within_bucket.count_b / 2e0 as placement_a,
        buckets.below_a + within_bucket.up_to_a - within_bucket.count_a / 2e0 as placement_b,
        cast(within_bucket.count_a + within_bucket.count_b as double) as tied
    from within_bucket
    inner join buckets
        on
            within_bucket.portfolio = buckets.portfolio
            and within_bucket.cleaning_scenario = buckets.cleaning_scenario
            and within_bucket.comparison_id = buckets.comparison_id
            and within_bucket.bucket = buckets.bucket
),

final as (
    select
        portfolio,
        cleaning_scenario,
        comparison_id,
        cast(sum(count_a) as bigint) as n_a,
        cast(sum(count_b) as bigint) as n_b,
        sum(count_a * placement_a) as placement_sum_a,
        sum(count_a * placement_a * placement_a) as placement_square_sum_a,
        sum(count_b * placement_b) as placement_sum_b,
        sum(count_b * placement_b * placement_b) as placement_square_sum_b,
        sum(tied * tied * tied - tied) as tie_term
    from placed
    group by portfolio, cleaning_scenario, comparison_id
)

select
    *,
    {{ data_origin_of('portfolio') }} as data_origin
from final
