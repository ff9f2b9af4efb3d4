-- One row per portfolio × risk band, and `all`: how many remaining clients resemble the leavers that much, what share
-- of such clients had left by a model that did not see them, and what the remaining ones bring in a year, or while
-- they stay. With months: how many are expected to leave within the horizon.
with models as (
    select * from {{ ref('int_churn_model_metadata') }}
),

-- Nobody's band is by a model that saw the client's outcome.
outcomes as (
    select * from {{ ref('int_banded_outcomes') }}
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
        sum(churn_probability) as expected_count,
        sum(churn_probability * (1 - churn_probability)) as chance_variance,
        sum(value_at_risk) as annual_income,
        max(income_horizon) as income_horizon
    from client_values
    group by grouping sets ((portfolio), (portfolio, risk_band)) -- noqa: PRS
),

unseen as (
    select
        portfolio,
        case when grouping(risk_band) = 1 then 'all' else risk_band end as risk_band,
        count(*) as known_client_count,
        count(*) filter (where is_churned) as churned_count
    from outcomes
    group by grouping sets ((portfolio), (portfolio, risk_band)) -- noqa: PRS
),

counted as (
    select
        remaining.portfolio,
        remaining.risk_band,
        cast(remaining.client_count as bigint) as client_count,
        remaining.annual_income,
        remaining.income_horizon,
        remaining.expected_count,
        -- Chance, and how far the level of a month may be from that of those learnt from.
        1.959963984540054e0 * sqrt(
            remaining.chance_variance + power(remaining.expected_count, 2) * models.level_variance
        ) as expected_margin,
        models.churn_definition,
        models.horizon_days,
        sum(case when remaining.risk_band = 'all' then remaining.client_count end) over (
            partition by remaining.portfolio
        ) as all_client_count,
        cast(coalesce(unseen.known_client_count, 0) as bigint) as known_client_count,
        cast(coalesce(unseen.churned_count, 0) as bigint) as churned_count
    from remaining
    inner join models on remaining.portfolio = models.portfolio
    left join unseen on remaining.portfolio = unseen.portfolio and remaining.risk_band = unseen.risk_band
),

expected as (
    select
        *,
        case when horizon_days is not null then cast(round(expected_count) as bigint) end as expected_leaver_count,
        case when horizon_days is not null then cast(floor(greatest(expected_count - expected_margin, 0)) as bigint) end
            as expected_low,
        case
            when horizon_days is not null
                then cast(ceil(least(expected_count + expected_margin, client_count)) as bigint)
        end as expected_high
    from counted
),

final as (
    select
        expected.portfolio,
        expected.risk_band,
        coalesce(risks.band_order, 0) as band_order,
        coalesce(risks.label_ru, 'все клиенты') as risk_band_label_ru,
        coalesce(risks.label_en, 'all clients') as risk_band_label_en,
        expected.client_count,
        cast(expected.client_count as double) / expected.all_client_count as share_of_clients,
        expected.known_client_count,
        expected.churned_count,
        cast(expected.churned_count as double) / nullif(expected.known_client_count, 0) as churn_rate,
        {{ wilson_bound('expected.churned_count', 'expected.known_client_count', 'low') }} as ci_low,
        {{ wilson_bound('expected.churned_count', 'expected.known_client_count', 'high') }} as ci_high,
        {{ round_to_significant('expected.annual_income') }} as annual_income,
        expected.income_horizon,
        expected.churn_definition,
        expected.horizon_days,
        expected.expected_leaver_count,
        expected.expected_low,
        expected.expected_high,
        {%- for language in ['ru', 'en'] %}
        {{ leaving_sentence('expected.', 'coalesce(risks.label_' ~ language ~ ", '')", language) }}
            as sentence_{{ language }},
        {%- endfor %}
        {{ currency_of('expected.portfolio', 'ru') }} as currency_ru,
        {{ currency_of('expected.portfolio', 'en') }} as currency_en,
        {{ is_suppressed('expected.client_count') }}
        or {{ is_tiny('expected.known_client_count') }} as is_suppressed,
        {{ data_origin_of('expected.portfolio') }} as data_origin
    from expected
    left join risks on expected.risk_band = risks.risk_band
)

select * from final
