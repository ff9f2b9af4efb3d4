-- What do the studies recommend, and do this bank's data bear it out?
with recommendations as (
    select * from {{ ref('recommendations') }}
),

final as (
    select
        portfolio,
        status_order,
        recommendation_order,
        status_label_ru,
        status_label_en,
        advice_ru,
        advice_en,
        evidence_ru,
        evidence_en
    from recommendations
)

select * from final
order by portfolio, status_order, recommendation_order
