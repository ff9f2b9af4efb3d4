-- One row per portfolio × dimension(s) × value(s): churn rate with counts and 95 % interval.
with rates as (
    select * from {{ ref('int_churn_rates') }}
),

final as (
    select
        portfolio,
        dimension_name,
        dimension_value,
        dimension_label_ru,
        dimension_label_en,
        value_label_ru,
        value_label_en,
        dimension_1_name,
        dimension_1_value,
        dimension_2_name,
        dimension_2_value,
        {{ churn_measures() }}
    from rates
)

select * from final
