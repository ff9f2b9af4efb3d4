-- One row per portfolio × attribute that it has values of: how strongly it goes with churn, and whether the search for
-- groups combines it. The strongest ones are taken as long as there are not too many groups to look at.
{{ config(materialized='table') }}

{%- set attributes = attribute_names('rates') | select('in', attribute_names('search')) | list %}
with cells as (
    select * from {{ ref('churn_cells') }}
),

counted as (
    {%- for attribute in attributes %}
    select
        portfolio,
        '{{ attribute }}' as attribute,
        {{ loop.index }} as attribute_order,
        {{ attribute }} as attribute_value,
        cast(sum(known_churn_count) as double) as client_count,
        cast(sum(churned_count) as double) as churned_count
    from cells
    where {{ attribute }} <> 'unknown'
    group by portfolio, {{ attribute }}
    having sum(known_churn_count) > 0
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

totals as (
    select
        portfolio,
        attribute,
        attribute_order,
        count(*) as value_count,
        sum(client_count) as client_count,
        sum(churned_count) / sum(client_count) as churn_rate
    from counted
    group by portfolio, attribute, attribute_order
),

-- Chi-square less what chance alone gives an attribute of so many values, by client: many values alone are no strength.
rated as (
    select
        totals.portfolio,
        totals.attribute,
        totals.attribute_order,
        totals.value_count,
        coalesce(
            (
                sum(
                    (counted.churned_count - counted.client_count * totals.churn_rate)
                    * (counted.churned_count - counted.client_count * totals.churn_rate)
                    / nullif(counted.client_count * totals.churn_rate * (1 - totals.churn_rate), 0)
                ) - (totals.value_count - 1)
            ) / totals.client_count, 0
        ) as strength
    from totals
    inner join counted on totals.portfolio = counted.portfolio and totals.attribute = counted.attribute
    group by
        totals.portfolio, totals.attribute, totals.attribute_order, totals.value_count, totals.client_count
),

-- Sums of powers of the numbers of values tell how many groups of one, two and three conditions there can be.
placed as (
    select
        portfolio,
        attribute,
        attribute_order,
        value_count,
        row_number() over by_strength as place,
        cast(sum(value_count) over by_strength as double) as sum_1,
        cast(sum(value_count * value_count) over by_strength as double) as sum_2,
        cast(sum(value_count * value_count * value_count) over by_strength as double) as sum_3
    from rated
    window by_strength as (
        partition by portfolio
        order by
            value_count > {{ var('max_searched_values') }}, round(cast(strength as decimal(18, 9)), 9) desc, attribute
        rows between unbounded preceding and current row
    )
),

numbered as (
    select
        portfolio,
        attribute,
        attribute_order,
        value_count,
        place,
        cast(
            sum_1 + (sum_1 * sum_1 - sum_2) / 2
            + (sum_1 * sum_1 * sum_1 - 3 * sum_1 * sum_2 + 2 * sum_3) / 6 as bigint
        ) as possible_group_count
    from placed
),

final as (
    select
        *,
        place <= {{ var('max_searched_attributes') }}
        and possible_group_count <= {{ var('max_searched_groups') }} as is_searched
    from numbered
)

select * from final
