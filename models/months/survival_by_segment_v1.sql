-- One row per portfolio × version of the segments × segment (`all` for everybody) × period: Kaplan–Meier from the first snapshot on.
-- Whoever joins or moves into a segment enters late, whoever moves out of it is censored; everybody is at risk in the period after
-- a snapshot that shows them as clients. The interval is Greenwood's on the scale log(−log): it stays within 0 and 1.
{{ config(enabled=has_months()) }}

with flow as (
    select * from {{ ref('int_client_flow') }}
    where attribute = 'all' or attribute like 'segment_v%'
),

periods as (
    select * from {{ ref('int_periods') }}
),

labels as (
    select * from {{ ref('int_flow_labels') }}
),

at_risk as (
    select
        flow.portfolio,
        flow.attribute,
        flow.attribute_value,
        flow.period_start,
        flow.period_end,
        periods.snapshot_number - 1 as period_number,
        periods.days_since_first,
        flow.at_start as at_risk_count,
        flow.leaver_count as event_count,
        flow.at_start - flow.leaver_count as survivor_count
    from flow
    inner join periods on flow.portfolio = periods.portfolio and flow.period_end = periods.period_end
    where flow.at_start > 0
),

multiplied as (
    select
        *,
        min(survivor_count) over until_now as fewest_survivors,
        min(at_risk_count) over until_now as fewest_at_risk,
        sum(ln(greatest(survivor_count, 1) / cast(at_risk_count as double))) over until_now as log_survival,
        sum(event_count / (cast(at_risk_count as double) * greatest(survivor_count, 1))) over until_now
            as relative_variance
    from at_risk
    window until_now as (
        partition by portfolio, attribute, attribute_value order by period_end
        rows between unbounded preceding and current row
    )
),

estimated as (
    select
        *,
        case when fewest_survivors = 0 then 0e0 else exp(log_survival) end as survival,
        case
            when fewest_survivors > 0 and log_survival < 0
                then 1.959963984540054e0 * sqrt(relative_variance) / abs(log_survival)
        end as margin
    from multiplied
),

-- After a period that is hidden all are: the product of two periods would tell the one between.
final as (
    select
        estimated.portfolio,
        case
            when estimated.attribute like 'segment_v%' then cast(substr(estimated.attribute, 10) as integer)
            else 0
        end as segment_version,
        estimated.attribute_value as segment_code,
        labels.value_label_ru as segment_name_ru,
        labels.value_label_en as segment_name_en,
        estimated.period_start,
        estimated.period_end,
        cast(estimated.period_number as integer) as period_number,
        estimated.days_since_first,
        estimated.at_risk_count,
        estimated.event_count,
        estimated.survival,
        case
            when estimated.fewest_survivors = 0 then 0e0
            when estimated.log_survival >= 0 then 1e0
            else exp(estimated.log_survival * exp(estimated.margin))
        end as ci_low,
        case
            when estimated.fewest_survivors = 0 then 0e0
            when estimated.log_survival >= 0 then 1e0
            else exp(estimated.log_survival * exp(-estimated.margin))
        end as ci_high,
        {{ is_tiny('estimated.fewest_at_risk') }} as is_suppressed,
        {{ data_origin_of('estimated.portfolio') }} as data_origin
    from estimated
    left join labels
        on
            estimated.portfolio = labels.portfolio
            and estimated.attribute = labels.attribute
            and estimated.attribute_value = labels.attribute_value
)

select * from final
