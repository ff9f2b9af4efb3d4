-- One row per portfolio × cleaning scenario × comparison of many groups × group: its rank sum among all of them.
with ranked_values as (
    select * from {{ ref('int_ranked_values') }}
    where side = 'many'
),

values_of_all as (
    select
        portfolio,
        cleaning_scenario,
        comparison_id,
        metric_value,
        cast(sum(client_count) as double) as tied
    from ranked_values
    group by portfolio, cleaning_scenario, comparison_id, metric_value
),

ranks as (
    select
        *,
        sum(tied) over below - (tied - 1) / 2 as mid_rank,
        sum(tied * tied * tied - tied) over (partition by portfolio, cleaning_scenario, comparison_id) as tie_term
    from values_of_all
    window below as (
        partition by portfolio, cleaning_scenario, comparison_id order by metric_value
        rows between unbounded preceding and current row
    )
),

final as (
    select
        ranked_values.portfolio,
        ranked_values.cleaning_scenario,
        ranked_values.comparison_id,
        ranked_values.group_value,
        cast(sum(ranked_values.client_count) as bigint) as client_count,
        sum(ranked_values.client_count * ranks.mid_rank) as rank_sum,
        max(ranks.tie_term) as tie_term
    from ranked_values
    inner join ranks
        on
            ranked_values.portfolio = ranks.portfolio
            and ranked_values.cleaning_scenario = ranks.cleaning_scenario
            and ranked_values.comparison_id = ranks.comparison_id
            and ranked_values.metric_value = ranks.metric_value
    group by
        ranked_values.portfolio, ranked_values.cleaning_scenario, ranked_values.comparison_id,
        ranked_values.group_value
)

select
    *,
    {{ data_origin_of('portfolio') }} as data_origin
from final
