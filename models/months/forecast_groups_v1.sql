-- One row per published forecast × horizon × value of an attribute or risk band: how many were expected to leave of
-- this group, how many did, and how well its clients were ranked.
{{ config(enabled=has_months()) }}

with figures as (
    select * from {{ ref('int_forecast_figures') }}
    where
        attribute <> 'all' and model_variant = 'ebm'
        and not {{ lacks_attribute('portfolio', 'attribute') }}
),

forecasts as (
    select * from {{ ref('forecast_quality') }}
    where model_variant = 'ebm'
),

labels as (
    select * from {{ ref('int_flow_labels') }}
),

bands as (
    select * from {{ ref('risk_bands') }}
),

-- Of a group of its own each is one question; of many, some are off by chance.
counted as (
    select
        *,
        count(*) over (partition by portfolio, forecast_date, horizon) as group_count
    from figures
),

final as (
    select
        counted.portfolio,
        counted.forecast_date,
        forecasts.outcome_date,
        counted.horizon,
        counted.model_version,
        counted.attribute,
        counted.attribute_value,
        case counted.attribute when 'risk_band' then 'Уровень риска' else labels.attribute_label_ru end
            as attribute_label_ru,
        case counted.attribute when 'risk_band' then 'Risk band' else labels.attribute_label_en end
            as attribute_label_en,
        coalesce(bands.label_ru, labels.value_label_ru, counted.attribute_value) as value_label_ru,
        coalesce(bands.label_en, labels.value_label_en, counted.attribute_value) as value_label_en,
        forecasts.is_promise,
        forecasts.is_latest,
        counted.client_count,
        counted.left_count,
        {{ foretold_and_left('counted') }},
        coalesce(
            forecasts.is_promise
            and abs(counted.left_count - counted.expected_count)
            > {{ beyond_chance('counted.group_count') }} * counted.expected_error,
            false
        ) as is_surely_wrong,
        coalesce(counted.client_count < {{ var('small_group_size') }}, false) as is_small_group,
        {{ is_suppressed('counted.client_count') }} as is_suppressed,
        {{ data_origin_of('counted.portfolio') }} as data_origin
    from counted
    inner join forecasts
        on
            counted.portfolio = forecasts.portfolio
            and counted.forecast_date = forecasts.forecast_date
            and counted.horizon = forecasts.horizon
    left join labels
        on
            counted.portfolio = labels.portfolio
            and counted.attribute = labels.attribute
            and counted.attribute_value = labels.attribute_value
    left join bands on counted.attribute = 'risk_band' and counted.attribute_value = bands.risk_band
)

select * from final
