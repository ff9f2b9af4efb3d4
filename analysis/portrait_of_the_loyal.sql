-- What is the typical loyal client like, and the typical client who left? Every measure of both, side by side.
with measures as (
    select * from {{ ref('portraits') }}
    where group_kind in ('churn', 'portfolio')
),

final as (
    select
        portfolio,
        measure_order,
        measure_label_ru,
        measure_label_en,
        max(case when group_code = 'stayed' then value end) as loyal,
        max(case when group_code = 'churned' then value end) as churned,
        max(case when group_code = 'all' then value end) as all_clients,
        max(case when group_code = 'stayed' then value_text end) as loyal_text,
        max(case when group_code = 'churned' then value_text end) as churned_text
    from measures
    group by portfolio, measure_order, measure_label_ru, measure_label_en
)

select * from final
order by portfolio, measure_order
