-- One row per portfolio × period × attribute × value: who left, vanished, joined, came back and moved between its two
-- snapshots.
{{ config(enabled=has_months()) }}

with flow as (
    select * from {{ ref('int_client_flow') }}
),

periods as (
    select * from {{ ref('int_periods') }}
),

labels as (
    select * from {{ ref('int_flow_labels') }}
),

rated as (
    select
        flow.*,
        periods.day_count,
        labels.attribute_label_ru,
        labels.attribute_label_en,
        labels.value_label_ru,
        labels.value_label_en,
        cast(flow.leaver_count as double) / nullif(flow.at_start, 0) as leaving_rate,
        {{ wilson_bound('flow.leaver_count', 'flow.at_start', 'low') }} as ci_low,
        {{ wilson_bound('flow.leaver_count', 'flow.at_start', 'high') }} as ci_high
    from flow
    inner join periods on flow.portfolio = periods.portfolio and flow.period_end = periods.period_end
    left join labels
        on
            flow.portfolio = labels.portfolio
            and flow.attribute = labels.attribute
            and flow.attribute_value = labels.attribute_value
),

-- The rate of the period before, where that period ended as this one began; one that is hidden would follow from the
-- change.
compared as (
    select
        rated.*,
        earlier.leaving_rate as rate_before,
        earlier.ci_low as low_before,
        earlier.ci_high as high_before,
        rated.day_count = earlier.day_count
        or abs(rated.day_count - earlier.day_count) <= 3 as is_comparable
    from rated
    left join rated as earlier
        on
            rated.portfolio = earlier.portfolio
            and rated.period_start = earlier.period_end
            and rated.attribute = earlier.attribute
            and rated.attribute_value = earlier.attribute_value
            and not ({{ is_suppressed('earlier.at_start') }} or {{ is_suppressed('earlier.at_end') }})
),

-- Newcombe's interval of a difference of two rates, here of different months.
changed as (
    select
        *,
        case when is_comparable then leaving_rate - rate_before end as rate_change,
        case
            when is_comparable
                then
                    leaving_rate - rate_before
                    - {{ newcombe_reach('leaving_rate', 'ci_low', 'rate_before', 'high_before') }}
        end as rate_change_ci_low,
        case
            when is_comparable
                then
                    leaving_rate - rate_before
                    + {{ newcombe_reach('leaving_rate', 'ci_high', 'rate_before', 'low_before') }}
        end as rate_change_ci_high
    from compared
),

-- Everybody is one question; values are many, of which some change by chance in any month.
counted as (
    select
        *,
        sum(case when rate_change is not null and attribute <> 'all' then 1 else 0 end)
            over (partition by portfolio, period_end) as compared_count
    from changed
),

final as (
    select
        portfolio,
        period_start,
        period_end,
        day_count,
        attribute,
        attribute_value,
        attribute_label_ru,
        attribute_label_en,
        value_label_ru,
        value_label_en,
        at_start,
        left_count,
        disappeared_count,
        joined_count,
        returned_count,
        moved_in_count,
        moved_out_count,
        at_end,
        leaver_count,
        leaving_rate,
        ci_low,
        ci_high,
        1 - power(1 - leaving_rate, 30e0 / day_count) as leaving_rate_30_days,
        1 - power(1 - ci_low, 30e0 / day_count) as ci_low_30_days,
        1 - power(1 - ci_high, 30e0 / day_count) as ci_high_30_days,
        rate_change,
        rate_change_ci_low,
        rate_change_ci_high,
        {{ is_sure_change('compared_count') }} as is_sure_change,
        coalesce(at_start < {{ var('small_group_size') }}, false) as is_small_group,
        {{ is_suppressed('at_start') }} or {{ is_suppressed('at_end') }} as is_suppressed,
        {{ data_origin_of('portfolio') }} as data_origin
    from counted
)

select * from final
