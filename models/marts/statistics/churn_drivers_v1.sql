-- One row per portfolio × attribute: how strongly it goes with churn, strongest first.
with results as (
    select * from {{ ref('int_churn_drivers') }}
),

final as (
    select
        {{ cast_to_contract(leave_out=['data_origin']) | indent(4) }}
        {{ data_origin_of('portfolio') }} as data_origin
    from results
)

select * from final
