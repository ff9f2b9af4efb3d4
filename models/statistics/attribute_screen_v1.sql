-- One row per portfolio × metric × pair of groups: every difference, corrected for how many were looked at.
with results as (
    select * from {{ ref('int_attribute_screen') }}
),

final as (
    select
        {{ cast_to_contract(leave_out=['is_suppressed', 'data_origin']) | indent(4) }}
        coalesce({{ is_tiny('n_a') }} or {{ is_tiny('n_b') }}, false) as is_suppressed,
        {{ data_origin_of('portfolio') }} as data_origin
    from results
)

select * from final
