-- One row per portfolio × attribute × value (bands for numbers): how many clients left and how many stayed.
with counts as (
    select * from {{ ref('int_churn_counts') }}
    where dimension_2_name is null and dimension_name <> 'all'
),

final as (
    select
        portfolio,
        dimension_name as attribute,
        dimension_value as value,
        churned_count,
        client_count - churned_count as stayed_count
    from counts
)

select * from final
