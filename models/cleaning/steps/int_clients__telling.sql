-- One row per portfolio × attribute that alone tells who left, and one for `is_churned` where only one outcome occurs:
-- what is worth a warning before anybody believes a figure.
{{ config(materialized='table') }}

{%- set attributes = attribute_names('rates') %}
with attributed as (
    {{ attributes_of_clients() }}
),

clients as (
    select
        portfolio,
        is_churned,
        {{ groups_as_they_are('rates') | indent(8) }}
    from attributed
),

-- The clients are read once, into all combinations: read by each attribute, they would be copied in memory first.
cells as (
    select
        portfolio,
        {%- for attribute in attributes %}
        {{ group_text(attribute ~ '_group') }} as {{ attribute }},
        {%- endfor %}
        count(is_churned) as client_count,
        count(*) filter (where is_churned) as churned_count
    from clients
    group by
        portfolio,
        {{ attributes | join('_group,\n        ') }}_group
),

-- A missing value counts as a value: what is filled for leavers only tells them too.
counted as (
    {%- for attribute in attributes %}
    select
        portfolio,
        '{{ attribute }}' as attribute,
        {{ attribute }} as attribute_value,
        cast(sum(client_count) as double) as client_count,
        cast(sum(churned_count) as double) as churned_count
    from cells
    where client_count > 0
    group by portfolio, {{ attribute }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

totals as (
    select
        portfolio,
        attribute,
        count(*) as value_count,
        sum(client_count) as client_count,
        sum(churned_count) / sum(client_count) as churn_rate
    from counted
    group by portfolio, attribute
),

-- Cramér's V of the attribute and churn; of an attribute with nearly as many values as clients it says nothing.
rated as (
    select
        totals.portfolio,
        totals.attribute,
        totals.client_count,
        totals.churn_rate,
        sqrt(
            sum(
                (counted.churned_count - counted.client_count * totals.churn_rate)
                * (counted.churned_count - counted.client_count * totals.churn_rate)
                / nullif(counted.client_count * totals.churn_rate * (1 - totals.churn_rate), 0)
            ) / totals.client_count
        ) as association
    from totals
    inner join counted on totals.portfolio = counted.portfolio and totals.attribute = counted.attribute
    where totals.value_count * 10 <= totals.client_count
    group by totals.portfolio, totals.attribute, totals.client_count, totals.churn_rate
),

outcomes as (
    select
        portfolio,
        cast(sum(client_count) as bigint) as client_count,
        cast(sum(churned_count) as bigint) as churned_count
    from cells
    group by portfolio
),

final as (
    select
        portfolio,
        attribute,
        cast(client_count as bigint) as client_count,
        association
    from rated
    where association >= {{ var('telling_association') }}
    union all
    select
        portfolio,
        'is_churned' as attribute,
        cast(client_count as bigint) as client_count,
        cast(null as double) as association
    from outcomes
    where client_count > 0 and churned_count in (0, client_count)
)

select * from final
