-- One row per portfolio × risk band, and `all`: how many remaining clients resemble the leavers that much, what share
-- of such clients had left by a model that did not see them, and what the remaining ones bring in a year.
with scores as (
    select * from {{ ref('int_client_scores') }}
    where churn_probability is not null
),

client_values as (
    select * from {{ ref('int_client_values') }}
    where churn_probability is not null
),

risks as (
    select * from {{ ref('risk_bands') }}
),

remaining as (
    select
        portfolio,
        case when grouping(risk_band) = 1 then 'all' else risk_band end as risk_band,
        count(*) as client_count,
        sum(value_at_risk) as annual_income
    from client_values
    group by grouping sets ((portfolio), (portfolio, risk_band)) -- noqa: PRS
),

-- Nobody's probability is by a model that saw the client's outcome.
unseen as (
    select
        portfolio,
        case when grouping(risk_band) = 1 then 'all' else risk_band end as risk_band,
        count(*) as known_client_count,
        count(*) filter (where is_churned) as churned_count
    from scores
    where is_churned is not null
    group by grouping sets ((portfolio), (portfolio, risk_band)) -- noqa: PRS
),

counted as (
    select
        remaining.portfolio,
        remaining.risk_band,
        cast(remaining.client_count as bigint) as client_count,
        remaining.annual_income,
        sum(case when remaining.risk_band = 'all' then remaining.client_count end) over (
            partition by remaining.portfolio
        ) as all_client_count,
        cast(coalesce(unseen.known_client_count, 0) as bigint) as known_client_count,
        cast(coalesce(unseen.churned_count, 0) as bigint) as churned_count
    from remaining
    left join unseen on remaining.portfolio = unseen.portfolio and remaining.risk_band = unseen.risk_band
),

final as (
    select
        counted.portfolio,
        counted.risk_band,
        coalesce(risks.band_order, 0) as band_order,
        coalesce(risks.label_ru, 'все клиенты') as risk_band_label_ru,
        coalesce(risks.label_en, 'all clients') as risk_band_label_en,
        counted.client_count,
        cast(counted.client_count as double) / counted.all_client_count as share_of_clients,
        counted.known_client_count,
        counted.churned_count,
        cast(counted.churned_count as double) / nullif(counted.known_client_count, 0) as churn_rate,
        {{ wilson_bound('counted.churned_count', 'counted.known_client_count', 'low') }} as ci_low,
        {{ wilson_bound('counted.churned_count', 'counted.known_client_count', 'high') }} as ci_high,
        {{ round_to_significant('counted.annual_income') }} as annual_income,
        {{ currency_of('counted.portfolio', 'ru') }} as currency_ru,
        {{ currency_of('counted.portfolio', 'en') }} as currency_en,
        {{ is_suppressed('counted.client_count') }}
        or {{ is_tiny('counted.known_client_count') }} as is_suppressed,
        {{ data_origin_of('counted.portfolio') }} as data_origin
    from counted
    left join risks on counted.risk_band = risks.risk_band
)

select * from final
