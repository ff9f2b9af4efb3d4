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
        metric_value,
        cast(coalesce(sum(client_count) filter (where side = 'a'), 0) as bigint) as count_a,
        cast(coalesce(sum(client_count) filter (where side = 'b'), 0) as bigint) as count_b
    from ranked_values
    group by portfolio, cleaning_scenario, comparison_id, metric_value
),

-- A client's placement: how many of the other group are below, an equal one counting half.
placed as (
    select
        *,
        sum(count_b) over below - count_b / 2e0 as placement_a,
        sum(count_a) over below - count_a / 2e0 as placement_b,
        cast(count_a + count_b as double) as tied
    from value_counts
    window below as (
        partition by portfolio, cleaning_scenario, comparison_id order by metric_value
        rows between unbounded preceding and current row
    )
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
