-- One row per portfolio × attribute: how strongly it goes with churn, strongest first.
with results as (
    select * from {{ ref('int_churn_drivers') }}
),

final as (
    select
        cast(portfolio as varchar) as portfolio,
        cast(attribute as varchar) as attribute,
        cast(rank as bigint) as rank,
        cast(importance as double) as importance,
        cast(cramers_v as double) as cramers_v,
        cast(cramers_v_ci_low as double) as cramers_v_ci_low,
        cast(cramers_v_ci_high as double) as cramers_v_ci_high,
        cast(effect_magnitude as varchar) as effect_magnitude,
        cast(information_value as double) as information_value,
        cast(client_count as bigint) as client_count,
        cast(churned_count as bigint) as churned_count,
        cast(value_count as bigint) as value_count,
        cast(statistic as double) as statistic,
        cast(degrees_of_freedom as double) as degrees_of_freedom,
        cast(p_value as double) as p_value,
        cast(log10_p as double) as log10_p,
        cast(p_value_adjusted as double) as p_value_adjusted,
        cast(correction as varchar) as correction,
        cast(comparison_count as bigint) as comparison_count,
        cast(is_significant as boolean) as is_significant,
        cast(verdict as varchar) as verdict,
        cast(reason as varchar) as reason,
        {{ data_origin_of('portfolio') }} as data_origin
    from results
)

select * from final
