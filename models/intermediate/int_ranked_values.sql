-- One row per portfolio × cleaning scenario × comparison × group × value of the metric: how many clients.
with counted as (
    select * from {{ ref('metric_value_counts') }}
    where metric not in ('{{ statistics_metrics("boolean") | join("', '") }}')
),

continuous as (
    select * from {{ ref('int_continuous_values') }}
),

scenarios as (
    select * from {{ ref('int_cleaning_scenarios') }}
),

comparisons as (
    select * from {{ ref('int_comparisons') }}
),

value_counts as (
    select
        portfolio,
        cleaning_scenario,
        metric,
        group_attribute,
        group_value,
        value as metric_value,
        client_count
    from counted
    union all
    select
        continuous.portfolio,
        scenarios.cleaning_scenario,
        continuous.metric,
        continuous.group_attribute,
        continuous.group_value,
        continuous.metric_value,
        continuous.client_count
    from continuous
    inner join scenarios on continuous.has_balance = scenarios.kept_has_balance
),

final as (
    select
        value_counts.portfolio,
        value_counts.cleaning_scenario,
        comparisons.comparison_id,
        comparisons.side,
        comparisons.group_value,
        value_counts.metric_value,
        value_counts.client_count
    from value_counts
    inner join comparisons
        on
            value_counts.portfolio = comparisons.portfolio
            and value_counts.metric = comparisons.metric
            and value_counts.group_attribute = comparisons.group_attribute
            and value_counts.group_value = comparisons.group_value
)

select * from final
