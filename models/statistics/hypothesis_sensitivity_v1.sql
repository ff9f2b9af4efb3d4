-- One row per portfolio × registered hypothesis: its figures under both ways of cleaning, side by side.
with hypothesis_results as (
    select * from {{ ref('int_hypothesis_results') }}
),

suppressed as (
    select
        portfolio,
        hypothesis_id,
        max(case when {{ is_tiny('n_a') }} or {{ is_tiny('n_b') }} then 1 else 0 end) = 1
        -- The two scenarios side by side would show the few clients that only one of them has.
        or {{ is_tiny('max(n_total) - min(n_total)') }} as is_suppressed
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
        {{ cast_to_contract(leave_out=['data_origin']) | indent(4) }}
        {{ data_origin_of('portfolio') }} as data_origin
    from results
)

select * from final
