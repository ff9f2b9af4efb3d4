-- One row per portfolio × cleaning scenario × comparison × group × value of the metric: how many clients; where the
-- values are exact, one row per client. A bucket holds neighbouring values, so that ranks add up bucket by bucket.
-- depends_on: {{ ref('hypotheses') }}
with counted as (
    select * from {{ ref('metric_value_counts') }}
    where not {{ is_boolean_metric('metric') }}
),

rounded as (
    select * from {{ ref('int_rounded_values') }}
),

clients as (
    select * from {{ ref('clients') }}
),

scenarios as (
    select * from {{ ref('int_cleaning_scenarios') }}
),

comparisons as (
    select * from {{ ref('int_comparisons') }}
),

-- The screen compares continuous metrics by their rounded values, a registered hypothesis by the exact ones.
continuous as (
    select
        portfolio,
        has_balance,
        metric,
        group_attribute,
        group_value,
        metric_value as bucket,
        metric_value,
        client_count,
        false as is_registered
    from rounded
    {%- for pair in registered_continuous() %}
    union all
    select
        portfolio,
        cast(has_balance as {{ dbt.type_string() }}) as has_balance,
        '{{ pair["metric"] }}' as metric,
        '{{ pair["group_attribute"] }}' as group_attribute,
        cast({{ pair["group_attribute"] }} as {{ dbt.type_string() }}) as group_value,
        {{ round_to_significant(pair["metric"]) }} as bucket,
        {{ pair["metric"] }} as metric_value,
        1 as client_count,
        true as is_registered
    from clients
    where {{ pair["metric"] }} is not null and {{ pair["group_attribute"] }} is not null
    {%- endfor %}
),

compared as (
    select
        counted.portfolio,
        counted.cleaning_scenario,
        comparisons.comparison_id,
        comparisons.side,
        counted.group_value,
        counted.value as bucket,
        counted.value as metric_value,
        counted.client_count
    from counted
    inner join comparisons
        on
            counted.portfolio = comparisons.portfolio
            and counted.metric = comparisons.metric
            and counted.group_attribute = comparisons.group_attribute
            and counted.group_value = comparisons.group_value
    union all
    select
        continuous.portfolio,
        scenarios.cleaning_scenario,
        comparisons.comparison_id,
        comparisons.side,
        continuous.group_value,
        continuous.bucket,
        continuous.metric_value,
        continuous.client_count
    from continuous
    inner join comparisons
        on
            continuous.portfolio = comparisons.portfolio
            and continuous.metric = comparisons.metric
            and continuous.group_attribute = comparisons.group_attribute
            and continuous.group_value = comparisons.group_value
            and continuous.is_registered = comparisons.is_registered
    inner join scenarios on continuous.has_balance = scenarios.kept_has_balance
)

select * from compared
