-- One row per portfolio × attribute: how strongly it goes with churn, strongest first.
with results as (
    select * from {{ ref('int_churn_drivers') }}
),

final as (
    select
        {{ cast_to_contract(leave_out=['is_suppressed', 'data_origin']) | indent(4) }}
        coalesce({{ is_tiny('client_count') }}, false) as is_suppressed,
        {{ data_origin_of('portfolio') }} as data_origin
    from results
)

select * from final
