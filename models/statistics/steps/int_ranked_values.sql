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
    select * from {{ ref('int_cleaning_scenarios') }}
),

-- What a client of a group counts for in each comparison and each cleaning scenario.
sides as (
    select
        {%- for scenario in scenarios %}
        cast(max(case when kept.cleaning_scenario = '{{ scenario }}' then 1 else 0 end) as integer) as {{ scenario }},
        {%- endfor %}
        comparisons.comparison_number,
        comparisons.side,
        comparisons.portfolio,
        comparisons.metric,
        comparisons.group_attribute,
        comparisons.group_value,
        comparisons.is_registered,
        comparisons.client_filter,
        kept.kept_has_balance
    from comparisons
    cross join kept
    group by
        comparisons.comparison_number, comparisons.side, comparisons.portfolio, comparisons.metric,
        comparisons.group_attribute, comparisons.group_value, comparisons.is_registered, comparisons.client_filter,
        kept.kept_has_balance
),

-- The screen compares continuous metrics by their rounded values, a registered hypothesis by the exact ones; one about
-- some of the clients reads them one by one, whatever its metric.
final as (
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
        rounded.client_count * sides.{{ scenario }} as {{ scenario }},
        {%- endfor %}
        sides.comparison_number,
        sides.side,
        rounded.group_value,
        0e0 as bucket,
        rounded.metric_value,
        false as is_exact
    from rounded
    inner join sides
        on
            rounded.portfolio = sides.portfolio
            and rounded.metric = sides.metric
            and rounded.group_attribute = sides.group_attribute
            and rounded.group_value = sides.group_value
            and rounded.has_balance = sides.kept_has_balance
            and not sides.is_registered
            and sides.client_filter = 'none'
    {%- for comparison in exactly_ranked() %}
    union all
    select
        {%- for scenario in scenarios %}
        sides.{{ scenario }},
        {%- endfor %}
        sides.comparison_number,
        sides.side,
        sides.group_value,
        {{ round_to_significant('clients.' ~ comparison.metric, digits=2) }} as bucket,
        clients.{{ comparison.metric }} as metric_value,
        true as is_exact
    from clients_{{ loop.index }} as clients
    inner join sides
        on
            clients.portfolio = sides.portfolio
            and cast(clients.{{ comparison.group_attribute }} as {{ dbt.type_string() }}) = sides.group_value
            and {{ group_text('clients.has_balance') }} = sides.kept_has_balance
            and sides.metric = '{{ comparison.metric }}'
            and sides.group_attribute = '{{ comparison.group_attribute }}'
            and sides.client_filter = {{ dbt.string_literal(dbt.escape_single_quotes(comparison.filter)) }}
            and sides.is_registered
    where clients.{{ comparison.metric }} is not null and {{ comparison.condition }}
    {%- endfor %}
)

select * from final
