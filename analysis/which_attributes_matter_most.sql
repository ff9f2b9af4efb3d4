-- Which attributes go with churn most strongly, and is the association more than chance?
with drivers as (
    select * from {{ ref('churn_drivers') }}
),

final as (
    select
        portfolio,
        rank,
        attribute,
        cramers_v,
        cramers_v_ci_low,
        cramers_v_ci_high,
        effect_magnitude,
        information_value,
        p_value_adjusted,
        verdict
    from drivers
)

select * from final
order by portfolio, rank
