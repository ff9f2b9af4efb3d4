-- Which segments lose clients, how many of the bank's losses are theirs, and do the study's names fit this bank?
with portraits as (
    select * from {{ ref('segment_portraits') }}
),

final as (
    select
        portfolio,
        segment_order,
        segment_name_ru,
        segment_name_en,
        client_count,
        churned_count,
        churn_rate,
        ci_low,
        ci_high,
        share_of_clients,
        share_of_churn,
        label_fits
    from portraits
)

select * from final
order by portfolio, segment_order
