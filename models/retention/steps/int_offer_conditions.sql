-- One row per portfolio × offer × condition that its clients must meet: those of the seed, and, where the finding that an
-- offer rests on turns around between strata, the strata in which it surely holds.
{{ config(materialized='table') }}

with portfolios as (
    select distinct portfolio from {{ ref('int_churn_counts') }}
),

rules as (
    select * from {{ ref('offer_rules') }}
),

final as (
    select
        portfolios.portfolio,
        rules.offer_code,
        rules.attribute,
        rules.allowed_values
    from rules
    cross join portfolios
)

select * from final
