-- Which findings do not transfer: what goes with more churn in one bank and with less in another?
with rates as (
    select * from {{ ref('churn_rates') }}
    where dimension_2_name is null and not is_small_group
),

totals as (
    select * from {{ ref('churn_rates') }}
    where dimension_name = 'all'
),

directed as (
    select
        rates.*,
        case
            when rates.ci_low > totals.churn_rate then 1
            when rates.ci_high < totals.churn_rate then -1
            else 0
        end as direction
    from rates
    inner join totals on rates.portfolio = totals.portfolio
),

compared as (
    select
        *,
        min(direction) over (partition by dimension_name, dimension_value) as lowest_direction,
        max(direction) over (partition by dimension_name, dimension_value) as highest_direction
    from directed
),

final as (
    select
        dimension_label_en,
        value_label_en,
        portfolio,
        client_count,
        churned_count,
        churn_rate,
        ci_low,
        ci_high,
        lift,
        data_origin
    from compared
    -- Bands of these attributes are quarters of their own portfolio, so equal names do not mean equal values.
    where
        lowest_direction = -1
        and highest_direction = 1
        and dimension_name not in ('balance_band', 'salary_band', 'credit_score_band')
)

select * from final
order by dimension_label_en, value_label_en, portfolio
