-- One row per portfolio × registered hypothesis: its figures under both ways of cleaning, side by side.
with hypothesis_results as (
    select * from {{ ref('int_hypothesis_results') }}
),

suppressed as (
    select
        portfolio,
        hypothesis_id,
        max(case when {{ is_tiny('n_a') }} or {{ is_tiny('n_b') }} then 1 else 0 end) = 1 as is_suppressed
    from hypothesis_results
    group by portfolio, hypothesis_id
),

sensitivity as (
    select * from {{ ref('int_hypothesis_sensitivity') }}
),

results as (
    select
        sensitivity.*,
        suppressed.is_suppressed
    from sensitivity
    left join suppressed
        on
            sensitivity.portfolio = suppressed.portfolio
            and sensitivity.hypothesis_id = suppressed.hypothesis_id
),

final as (
    select
        cast(portfolio as varchar) as portfolio,
        cast(hypothesis_id as varchar) as hypothesis_id,
        cast(statement_ru as varchar) as statement_ru,
        cast(statement_en as varchar) as statement_en,
        cast(metric as varchar) as metric,
        cast(effect_size_name as varchar) as effect_size_name,
        cast(n_total_keep_all as bigint) as n_total_keep_all,
        cast(estimate_a_keep_all as double) as estimate_a_keep_all,
        cast(estimate_b_keep_all as double) as estimate_b_keep_all,
        cast(difference_keep_all as double) as difference_keep_all,
        cast(ci_low_keep_all as double) as ci_low_keep_all,
        cast(ci_high_keep_all as double) as ci_high_keep_all,
        cast(p_value_adjusted_keep_all as double) as p_value_adjusted_keep_all,
        cast(effect_size_keep_all as double) as effect_size_keep_all,
        cast(is_significant_keep_all as boolean) as is_significant_keep_all,
        cast(verdict_keep_all as varchar) as verdict_keep_all,
        cast(reason_keep_all as varchar) as reason_keep_all,
        cast(n_total_drop_missing_balance as bigint) as n_total_drop_missing_balance,
        cast(estimate_a_drop_missing_balance as double) as estimate_a_drop_missing_balance,
        cast(estimate_b_drop_missing_balance as double) as estimate_b_drop_missing_balance,
        cast(difference_drop_missing_balance as double) as difference_drop_missing_balance,
        cast(ci_low_drop_missing_balance as double) as ci_low_drop_missing_balance,
        cast(ci_high_drop_missing_balance as double) as ci_high_drop_missing_balance,
        cast(p_value_adjusted_drop_missing_balance as double) as p_value_adjusted_drop_missing_balance,
        cast(effect_size_drop_missing_balance as double) as effect_size_drop_missing_balance,
        cast(is_significant_drop_missing_balance as boolean) as is_significant_drop_missing_balance,
        cast(verdict_drop_missing_balance as varchar) as verdict_drop_missing_balance,
        cast(reason_drop_missing_balance as varchar) as reason_drop_missing_balance,
        cast(verdict_changes as boolean) as verdict_changes,
        is_suppressed,
        {{ data_origin_of('portfolio') }} as data_origin
    from results
)

select * from final
