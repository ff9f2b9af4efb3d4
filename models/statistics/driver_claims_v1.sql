-- One row per portfolio × registered claim that an attribute goes with churn more strongly than all others: what the
-- data say.
with claims as (
    select * from {{ ref('int_driver_claims') }}
),

final as (
    select
        {{ cast_to_contract(leave_out=['is_suppressed', 'data_origin']) | indent(4) }}
        coalesce({{ is_tiny('client_count') }}, false) as is_suppressed,
        {{ data_origin_of('portfolio') }} as data_origin
    from claims
)

select * from final
