-- Claim: the strata in which clients alike are compared hold each client of known churn and value once, as the rates
-- count them.
with expected as (
    select
        portfolio,
        dimension_name as attribute,
        dimension_value as attribute_value,
        client_count,
        churned_count
    from {{ ref('int_churn_rates') }}
    where dimension_name <> 'all' and dimension_2_name is null and dimension_value <> 'unknown' and client_count > 0
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
