-- One row per portfolio × cleaning scenario × comparison of many groups × group: its rank sum among all of them.
with ranked_values as (
    select * from {{ ref('int_ranked_values') }}
    where side = 'many'
),

value_counts as (
    select
        portfolio,
        cleaning_scenario,
        comparison_id,
        bucket,
        metric_value,
        group_value,
        sum(client_count) as client_count
    from ranked_values
    group by portfolio, cleaning_scenario, comparison_id, bucket, metric_value, group_value
),

bucket_counts as (
    select
        portfolio,
        cleaning_scenario,
        comparison_id,
        bucket,
        sum(client_count) as client_count
    from value_counts
    group by portfolio, cleaning_scenario, comparison_id, bucket
),

buckets as (
    select
        *,
        -client_count + sum(client_count) over lower_buckets as below
    from bucket_counts
    window lower_buckets as (
        partition by portfolio, cleaning_scenario, comparison_id order by bucket
        rows between unbounded preceding and current row
    )
),

-- Equal values share the mean of their ranks.
within_bucket as (
    select
        *,
        cast(sum(client_count) over equal_values as double) as tied,
        sum(client_count) over lower_values as up_to,
        row_number() over (
            partition by portfolio, cleaning_scenario, comparison_id, bucket, metric_value order by group_value
        ) as group_number
    from value_counts
    window
        equal_values as (partition by portfolio, cleaning_scenario, comparison_id, bucket, metric_value),
        lower_values as (
            partition by portfolio, cleaning_scenario, comparison_id, bucket order by metric_value
            range between unbounded preceding and current row
        )
),

ranked as (
    select
        within_bucket.portfolio,
        within_bucket.cleaning_scenario,
        within_bucket.comparison_id,
        within_bucket.group_value,
        within_bucket.client_count,
        buckets.below + within_bucket.up_to - (within_bucket.tied - 1) / 2e0 as mid_rank,
        case
            when within_bucket.group_number = 1
                then within_bucket.tied * within_bucket.tied * within_bucket.tied - within_bucket.tied
            else 0e0
        end as tie_term
    from within_bucket
    inner join buckets
        on
            within_bucket.portfolio = buckets.portfolio
            and within_bucket.cleaning_scenario = buckets.cleaning_scenario
            and within_bucket.comparison_id = buckets.comparison_id
            and within_bucket.bucket = buckets.bucket
),

summed as (
    select
        portfolio,
        cleaning_scenario,
        comparison_id,
        group_value,
        cast(sum(client_count) as bigint) as client_count,
        sum(client_count * mid_rank) as rank_sum,
        sum(tie_term) as own_tie_term
    from ranked
    group by portfolio, cleaning_scenario, comparison_id, group_value
),

final as (
    select
        portfolio,
        cleaning_scenario,
        comparison_id,
        group_value,
        client_count,
        rank_sum,
        sum(own_tie_term) over (partition by portfolio, cleaning_scenario, comparison_id) as tie_term,
        {{ data_origin_of('portfolio') }} as data_origin
    from summed
)

select * from final
