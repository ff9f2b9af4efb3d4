-- One row per portfolio × risk band, and `all`: clients who have not left, how many of them and how much may be lost.
with client_values as (
    select * from {{ ref('int_client_values') }}
    where churn_probability is not null
),

risks as (
    select * from {{ ref('risk_bands') }}
),

counted as (
    select
        portfolio,
        case when grouping(risk_band) = 1 then 'all' else risk_band end as risk_band,
        count(*) as client_count,
        sum(churn_probability) as expected_churned_count,
        sum(value_at_risk) as value_at_risk,
        sum(churn_probability * value_at_risk) as expected_loss
    from client_values
    group by grouping sets ((portfolio), (portfolio, risk_band)) -- noqa: PRS
),

final as (
    select
        counted.portfolio,
        counted.risk_band,
        coalesce(risks.band_order, 0) as band_order,
        coalesce(risks.label_ru, 'все клиенты') as risk_band_label_ru,
        coalesce(risks.label_en, 'all clients') as risk_band_label_en,
        cast(counted.client_count as bigint) as client_count,
        counted.expected_churned_count,
        counted.expected_churned_count / counted.client_count as mean_probability,
        counted.value_at_risk,
        counted.expected_loss,
        {{ is_suppressed('counted.client_count') }} as is_suppressed,
        {{ data_origin_of('counted.portfolio') }} as data_origin
    from counted
    left join risks on counted.risk_band = risks.risk_band
)

select * from final
