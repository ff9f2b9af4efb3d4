-- One row per portfolio × metric × pair of groups: every difference, corrected for how many were looked at.
with results as (
    select * from {{ ref('int_attribute_screen') }}
),

final as (
    select
        cast(portfolio as varchar) as portfolio,
        cast(comparison_id as varchar) as comparison_id,
        cast(metric as varchar) as metric,
        cast(group_attribute as varchar) as group_attribute,
        cast(group_a as varchar) as group_a,
        cast(group_b as varchar) as group_b,
        cast(n_a as bigint) as n_a,
        cast(n_b as bigint) as n_b,
        cast(n_total as bigint) as n_total,
        cast(group_count as bigint) as group_count,
        cast(is_small_group as boolean) as is_small_group,
        cast(estimate_a as double) as estimate_a,
        cast(estimate_b as double) as estimate_b,
        cast(difference as double) as difference,
        cast(ci_low as double) as ci_low,
        cast(ci_high as double) as ci_high,
        cast(test_name as varchar) as test_name,
        cast(statistic as double) as statistic,
        cast(degrees_of_freedom as double) as degrees_of_freedom,
        cast(p_value as double) as p_value,
        cast(log10_p as double) as log10_p,
        cast(p_value_adjusted as double) as p_value_adjusted,
        cast(correction as varchar) as correction,
        cast(comparison_count as bigint) as comparison_count,
        cast(is_significant as boolean) as is_significant,
        cast(effect_size_name as varchar) as effect_size_name,
        cast(effect_size as double) as effect_size,
        cast(effect_ci_low as double) as effect_ci_low,
        cast(effect_ci_high as double) as effect_ci_high,
        cast(effect_floor as double) as effect_floor,
        cast(effect_magnitude as varchar) as effect_magnitude,
        cast(smallest_detectable_effect as double) as smallest_detectable_effect,
        cast(companion_test_name as varchar) as companion_test_name,
        cast(companion_statistic as double) as companion_statistic,
        cast(companion_p_value as double) as companion_p_value,
        cast(companion_effect_size_name as varchar) as companion_effect_size_name,
        cast(companion_effect_size as double) as companion_effect_size,
        cast(companion_effect_ci_low as double) as companion_effect_ci_low,
        cast(companion_effect_ci_high as double) as companion_effect_ci_high,
        cast(companion_reason as varchar) as companion_reason,
        cast(verdict as varchar) as verdict,
        cast(reason as varchar) as reason,
        coalesce({{ is_tiny('n_a') }} or {{ is_tiny('n_b') }}, false) as is_suppressed,
        {{ data_origin_of('portfolio') }} as data_origin
    from results
)

select * from final
