-- One row per portfolio × cleaning scenario × comparison of many groups × group: its rank sum among all of them.
with comparisons as (
    select distinct
        portfolio,
        comparison_id,
        comparison_number
    from {{ ref('int_comparisons') }}
    where side = 'many'
),

buckets as (
    select
        *,
        sum(client_count) over (
            partition by comparison_number, cleaning_scenario order by bucket
            range between unbounded preceding and current row
        ) - sum(client_count) over (partition by comparison_number, cleaning_scenario, bucket) as below
    from {{ ref('int_bucket_ranks') }}
),

summed as (
    select
        comparison_number,
        cleaning_scenario,
        group_value,
        cast(sum(client_count) as bigint) as client_count,
        sum(rank_sum + below * client_count) as rank_sum,
        sum(own_tie_term) as own_tie_term
    from buckets
    group by comparison_number, cleaning_scenario, group_value
    having sum(client_count) > 0
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
