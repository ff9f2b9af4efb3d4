-- One row per portfolio × offer × condition that its clients must meet: those of the seed, and, where the finding
-- that an
-- offer rests on turns around between strata, the strata in which it surely holds.
{{ config(materialized='table') }}

with portfolios as (
    select distinct portfolio from {{ ref('int_churn_counts') }}
),

rules as (
    select * from {{ ref('offer_rules') }}
),

offers as (
    select * from {{ ref('offers') }}
),

recommendations as (
    select * from {{ ref('registered_recommendations') }}
    where evidence_kind = 'hypothesis' and expected in ('higher', 'lower')
),

hypotheses as (
    select * from {{ ref('hypothesis_results') }}
    where direction_reverses
),

final as (
    select
        portfolios.portfolio,
        rules.offer_code,
        rules.attribute,
        rules.allowed_values
    from rules
    cross join portfolios
    union all
    select
        hypotheses.portfolio,
        offers.offer_code,
        hypotheses.stratified_attribute as attribute,
        coalesce(
            case recommendations.expected when 'lower' then hypotheses.strata_lower else hypotheses.strata_higher end,
            ''
        ) as allowed_values
    from offers
    inner join recommendations on offers.recommendation_id = recommendations.recommendation_id
    inner join hypotheses on recommendations.evidence_key = hypotheses.hypothesis_id
)

select * from final
