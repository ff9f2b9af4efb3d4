-- One row per portfolio × registered hypothesis: its test, effect, verdict and conclusion in words.
with results as (
    select * from {{ ref('int_hypothesis_results') }}
    where cleaning_scenario = '{{ var("cleaning_scenario") }}'
),

final as (
    select
        {{ cast_to_contract(leave_out=['is_suppressed', 'data_origin']) | indent(4) }}
        coalesce({{ is_tiny('n_a') }} or {{ is_tiny('n_b') }}, false) as is_suppressed,
        {{ data_origin_of('portfolio') }} as data_origin
    from results
)

select * from final
