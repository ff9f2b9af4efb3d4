-- One row per portfolio × cleaning scenario × metric × group × value: how many clients. For metrics with few values.
with counted_values as (
    select * from {{ ref('int_counted_values') }}
),

cell_moments as (
    select * from {{ ref('int_cell_moments') }}
),

cell_groups as (
    select * from {{ ref('int_cell_groups') }}
),

scenarios as (
    select * from {{ ref('int_cleaning_scenarios') }}
),

-- A boolean's two counts follow from its mean.
boolean_counts as (
    select
        cell_moments.portfolio,
        cell_moments.has_balance,
        cell_moments.metric,
        cell_groups.group_attribute,
        cell_groups.group_value,
        cast(sum(cell_moments.client_count) as bigint) as client_count,
        cast(round(sum(cell_moments.client_count * cell_moments.mean)) as bigint) as true_count
    from cell_moments
    inner join cell_groups on cell_moments.cell_id = cell_groups.cell_id
    where {{ is_boolean_metric('cell_moments.metric') }}
    group by
        cell_moments.portfolio, cell_moments.has_balance, cell_moments.metric,
        cell_groups.group_attribute, cell_groups.group_value
),

long as (
    {%- for attribute in attribute_names('groups') %}
    select
        portfolio,
        has_balance,
        metric,
        '{{ attribute }}' as group_attribute,
        {{ attribute }} as group_value,
        metric_value,
        client_count
    from counted_values
    union all
    {%- endfor %}
    select
        portfolio,
        has_balance,
        metric,
        'all' as group_attribute,
        'all' as group_value,
        metric_value,
        client_count
    from counted_values
    union all
    select
        portfolio,
        has_balance,
        metric,
        group_attribute,
        group_value,
        1e0 as metric_value,
        true_count as client_count
    from boolean_counts
    union all
    select
        portfolio,
        has_balance,
        metric,
        group_attribute,
        group_value,
        0e0 as metric_value,
        client_count - true_count as client_count
    from boolean_counts
),

counted as (
    select
        long.portfolio,
        scenarios.cleaning_scenario,
        long.metric,
        long.group_attribute,
        long.group_value,
        long.metric_value as value,
        cast(sum(long.client_count) as bigint) as client_count
    from long
    inner join scenarios on long.has_balance = scenarios.kept_has_balance
    group by
        long.portfolio, scenarios.cleaning_scenario, long.metric, long.group_attribute, long.group_value,
        long.metric_value
)

select * from counted
where client_count > 0
