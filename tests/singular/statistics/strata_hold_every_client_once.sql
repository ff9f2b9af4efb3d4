-- Claim: the strata in which clients alike are compared hold each client of known churn and value once.
{%- set attributes = attribute_names('rates') %}
with cells as (
    select * from {{ ref('churn_cells') }}
),

expected as (
    {%- for attribute in attributes %}
    select
        portfolio,
        '{{ attribute }}' as attribute,
        {{ attribute }} as attribute_value,
        sum(known_churn_count) as client_count,
        sum(churned_count) as churned_count
    from cells
    where {{ attribute }} <> 'unknown' and known_churn_count > 0
    group by portfolio, {{ attribute }}
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
),

found as (
    select
        portfolio,
        attribute,
        attribute_value,
        sum(client_count) as client_count,
        sum(churned_count) as churned_count
    from {{ ref('int_adjusted_strata') }}
    group by portfolio, attribute, attribute_value
)

select
    expected.portfolio,
    expected.attribute,
    expected.attribute_value
from expected
full join found
    on
        expected.portfolio = found.portfolio
        and expected.attribute = found.attribute
        and expected.attribute_value = found.attribute_value
where
    (expected.client_count = found.client_count and expected.churned_count = found.churned_count) is not true
