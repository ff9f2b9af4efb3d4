-- How does churn change with the number of products, and is each step larger than chance would make it?
with rates as (
    select * from {{ ref('churn_by_product_count') }}
    where product_count is not null
),

compared as (
    select
        *,
        lag(ci_low) over steps as previous_ci_low,
        lag(ci_high) over steps as previous_ci_high,
        lag(is_small_group) over steps as previous_is_small
    from rates
    window steps as (partition by portfolio order by product_count)
),

final as (
    select
        portfolio,
        product_count,
        client_count,
        churned_count,
        churn_rate,
        ci_low,
        ci_high,
        share_of_churn,
        is_small_group,
        case
            when previous_ci_low is null then 'first step'
            when is_small_group or previous_is_small then 'too few clients'
            when ci_low > previous_ci_high then 'higher than one product fewer'
            when ci_high < previous_ci_low then 'lower than one product fewer'
            else 'intervals overlap'
        end as compared_with_previous,
        data_origin
    from compared
)

select * from final
order by portfolio, product_count
