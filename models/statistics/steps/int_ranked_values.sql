-- One row per comparison × group × value of the metric: how many clients each cleaning scenario keeps; where is_exact,
-- one row per client. A bucket holds neighbouring values, so that ranks add up bucket by bucket: a hundred
-- buckets where there is a row per client, one where values are few.
-- depends_on: {{ ref('hypotheses') }}, {{ ref('clients') }}
{%- set scenarios = cleaning_scenarios() %}
with counted as (
    select * from {{ ref('metric_value_counts') }}
    where not {{ is_boolean_metric('metric') }}
),

rounded as (
    select * from {{ ref('int_rounded_values') }}
),

-- Clients are read for each comparison: read once for all, they would be copied in memory first.
{%- for comparison in exactly_ranked() %}
clients_{{ loop.index }} as (
    {{ attributes_of_clients() }}
),
{%- endfor %}

comparisons as (
    select * from {{ ref('int_comparisons') }}
),

kept as (
    select
        {%- for scenario in scenarios %}
        cast(max(case when cleaning_scenario = '{{ scenario }}' then 1 else 0 end) as integer) as {{ scenario }},
        {%- endfor %}
        kept_has_balance
    from {{ ref('int_cleaning_scenarios') }}
    group by kept_has_balance
),

-- The screen compares continuous metrics by their rounded values, a registered hypothesis by the exact ones; one about
-- some of the clients reads them one by one, whatever its metric.
rounded_or_exact as (
    select
        portfolio,
        has_balance,
        metric,
        group_attribute,
        group_value,
        0e0 as bucket,
        metric_value,
        client_count,
        false as is_registered,
        'none' as client_filter
    from rounded
    {%- for comparison in exactly_ranked() %}
    union all
    select
        portfolio,
        {{ group_text('has_balance') }} as has_balance,
        '{{ comparison.metric }}' as metric,
        '{{ comparison.group_attribute }}' as group_attribute,
        cast({{ comparison.group_attribute }} as {{ dbt.type_string() }}) as group_value,
        {{ round_to_significant(comparison.metric, digits=2) }} as bucket,
        {{ comparison.metric }} as metric_value,
        1 as client_count,
        true as is_registered,
        {{ dbt.string_literal(dbt.escape_single_quotes(comparison.filter)) }} as client_filter
    from clients_{{ loop.index }}
    where
        {{ comparison.metric }} is not null
        and {{ comparison.group_attribute }} is not null
        and {{ comparison.condition }}
    {%- endfor %}
),

compared as (
    select
        {%- for scenario in scenarios %}
        case when counted.cleaning_scenario = '{{ scenario }}' then counted.client_count else 0 end as {{ scenario }},
        {%- endfor %}
        comparisons.comparison_number,
        comparisons.side,
        counted.group_value,
        0e0 as bucket,
        counted.value as metric_value,
        false as is_exact
    from counted
    inner join comparisons
        on
            counted.portfolio = comparisons.portfolio
            and counted.metric = comparisons.metric
            and counted.group_attribute = comparisons.group_attribute
            and counted.group_value = comparisons.group_value
            and comparisons.client_filter = 'none'
    union all
    select
        {%- for scenario in scenarios %}
        rounded_or_exact.client_count * kept.{{ scenario }} as {{ scenario }},
        {%- endfor %}
        comparisons.comparison_number,
        comparisons.side,
        rounded_or_exact.group_value,
        rounded_or_exact.bucket,
        rounded_or_exact.metric_value,
        rounded_or_exact.is_registered as is_exact
    from rounded_or_exact
    inner join comparisons
        on
            rounded_or_exact.portfolio = comparisons.portfolio
            and rounded_or_exact.metric = comparisons.metric
            and rounded_or_exact.group_attribute = comparisons.group_attribute
            and rounded_or_exact.group_value = comparisons.group_value
            and rounded_or_exact.is_registered = comparisons.is_registered
            and rounded_or_exact.client_filter = comparisons.client_filter
    inner join kept on rounded_or_exact.has_balance = kept.kept_has_balance
)

select * from compared
