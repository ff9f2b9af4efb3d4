-- One row per portfolio × offer that may be made there: what a contact costs, how many a month, what share it keeps.
{{ config(materialized='table') }}

with offers as (
    select * from {{ ref('offers') }}
),

effects as (
    select * from {{ ref('offer_effects') }}
),

recommendations as (
    select * from {{ ref('recommendations', v=2) }}
),

portfolios as (
    select distinct portfolio from {{ ref('int_churn_counts') }}
),

-- An offer that a recommendation proposes is made only where this portfolio's data bear it out.
final as (
    select
        portfolios.portfolio,
        offers.offer_code,
        offers.offer_order,
        offers.label_ru,
        offers.label_en,
        offers.recommendation_id,
        coalesce(offers.contact_cost, {{ var('contact_cost') }}e0) as contact_cost,
        offers.monthly_capacity,
        -- As campaigns measured it, as far as they did; an offer that drives clients away keeps nobody.
        greatest(
            coalesce(effects.kept_share, offers.kept_share, {{ var('retention_effectiveness') }}e0), 0e0
        ) as kept_share,
        greatest(effects.kept_share_low, 0e0) as kept_share_low,
        effects.kept_share_high,
        effects.source_ru as kept_share_source_ru,
        effects.source_en as kept_share_source_en
    from offers
    cross join portfolios
    left join effects on portfolios.portfolio = effects.portfolio and offers.offer_code = effects.offer
    left join recommendations
        on
            portfolios.portfolio = recommendations.portfolio
            and offers.recommendation_id = recommendations.recommendation_id
    where
        (offers.recommendation_id is null or recommendations.is_supported)
        and (
            offers.offer_code <> 'next_product'
            {%- for bank in switched_on_portfolios() if held_products(bank) %}
            or portfolios.portfolio = '{{ bank }}'
            {%- endfor %}
        )
)

select * from final
