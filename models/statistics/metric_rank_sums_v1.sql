-- One row per portfolio × cleaning scenario × comparison of two groups: rank sums with ties.
with comparisons as (
    select distinct
        portfolio,
        comparison_id,
        comparison_number
    from {{ ref('int_comparisons') }}
    where side <> 'many'
),

buckets as (
    select
        *,
        (sum(n_a) over lower_buckets) - n_a as below_a,
        (sum(n_b) over lower_buckets) - n_b as below_b
    from {{ ref('int_bucket_placements') }}
    window lower_buckets as (
        partition by comparison_number, cleaning_scenario order by bucket
        rows between unbounded preceding and current row
    )
),

-- Whoever of the other group is in a lower bucket is below everybody of this one.
summed as (
    select
        comparison_number,
        cleaning_scenario,
        cast(sum(n_a) as bigint) as n_a,
        cast(sum(n_b) as bigint) as n_b,
        {%- for side, other in [('a', 'b'), ('b', 'a')] %}
        sum(placement_sum_{{ side }} + below_{{ other }} * n_{{ side }}) as placement_sum_{{ side }},
        sum(
            placement_square_sum_{{ side }} + 2 * below_{{ other }} * placement_sum_{{ side }}
            + below_{{ other }} * below_{{ other }} * n_{{ side }}
        ) as placement_square_sum_{{ side }},
        {%- endfor %}
        sum(tie_term) as tie_term
    from buckets
    group by comparison_number, cleaning_scenario
    having sum(n_a + n_b) > 0
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
