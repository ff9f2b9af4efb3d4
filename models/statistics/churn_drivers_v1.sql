-- One row per portfolio × attribute: how strongly it goes with churn, strongest first.
with results as (
    select * from {{ ref('int_churn_drivers') }}
),

importances as (
    select
        portfolio as model_portfolio,
        attribute as model_attribute,
        model_importance,
        model_rank
    from {{ ref('int_churn_model_importances') }}
),

joined as (
    select
        results.*,
        importances.model_importance,
        importances.model_rank
    from results
    left join importances
        on results.portfolio = importances.model_portfolio and results.attribute = importances.model_attribute
),

final as (
    select
        {{ cast_to_contract(leave_out=['is_suppressed', 'data_origin']) | indent(4) }}
        coalesce({{ is_tiny('client_count') }}, false) as is_suppressed,
        {{ data_origin_of('portfolio') }} as data_origin
    from joined
)

select * from final
