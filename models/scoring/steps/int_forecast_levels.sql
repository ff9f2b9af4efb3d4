-- One row per portfolio with a known outcome: how many leave within the horizon, by how much that varies between
-- periods beyond chance, whether there are enough to learn from, and how many of them are learnt from.
{{ config(enabled=has_months(), materialized='table') }}

with states as (
    select * from {{ ref('int_forecast_rows') }}
),

counted as (
    select
        portfolio,
        horizon_days,
        state_date,
        count(*) as state_count,
        count(case when is_leaver then 1 end) as leaver_count,
        count(case when is_leaver and coalesce(product_count, 1) <> 0 then 1 end) as learnt_leaver_count,
        count(case when not is_leaver and coalesce(product_count, 1) <> 0 then 1 end) as learnt_stayer_count
    from states
    group by portfolio, horizon_days, state_date
),

rated as (
    select
        *,
        cast(sum(leaver_count) over (partition by portfolio) as double)
        / sum(state_count) over (partition by portfolio) as leaving_rate
    from counted
),

summed as (
    select
        portfolio,
        horizon_days,
        leaving_rate,
        count(*) as period_count,
        sum(state_count) as state_count,
        sum(leaver_count) as leaver_count,
        sum(learnt_leaver_count) as learnt_leaver_count,
        sum(learnt_stayer_count) as learnt_stayer_count,
        sum(power(leaver_count - state_count * leaving_rate, 2)) as square_sum,
        sum(state_count) * leaving_rate * (1 - leaving_rate) as chance_sum,
        sum(power(state_count * leaving_rate, 2)) as expected_square_sum
    from rated
    group by portfolio, horizon_days, leaving_rate
),

-- Leavers are few: half of the sample at most, and the rest those who stayed.
final as (
    select
        portfolio,
        horizon_days,
        leaving_rate,
        cast(period_count as bigint) as period_count,
        cast(state_count as bigint) as state_count,
        cast(leaver_count as bigint) as leaver_count,
        -- Relative variance of the number of leavers beyond that of coins: the months' own, and that of the mean rate.
        coalesce(
            greatest(
                (square_sum * period_count / nullif(period_count - 1, 0) - chance_sum)
                / nullif(expected_square_sum, 0),
                0e0
            ), 0e0
        ) + (1 - leaving_rate) / nullif(leaver_count, 0) as level_variance,
        learnt_leaver_count,
        learnt_stayer_count,
        least(learnt_leaver_count, {{ var('churn_model_sample_size') // 2 }}) as sampled_leaver_count,
        least(
            learnt_stayer_count,
            {{ var('churn_model_sample_size') }} - least(learnt_leaver_count, {{ var('churn_model_sample_size') // 2 }})
        ) as sampled_stayer_count,
        learnt_leaver_count >= {{ var('churn_model_min_per_outcome') }}
        and learnt_stayer_count >= {{ var('churn_model_min_per_outcome') }}
        and learnt_leaver_count + learnt_stayer_count >= {{ var('churn_model_min_clients') }} as is_enough
    from summed
)

select * from final
