-- One row per portfolio × attribute × value of the latest snapshot: in how many months its churn stood surely above or below the
-- average, and since when as it stands now. Months whose figures are hidden are not counted, so nothing hidden follows.
{{ config(enabled=has_months()) }}

with trend as (
    select * from {{ ref('churn_trend') }}
    where churn_rate is not null and not is_suppressed
),

periods as (
    select * from {{ ref('int_periods') }}
    where is_latest
),

placed as (
    select
        trend.*,
        case
            when trend.ci_low > averages.churn_rate then 'above'
            when trend.ci_high < averages.churn_rate then 'below'
            else 'same'
        end as standing
    from trend
    inner join trend as averages
        on
            trend.portfolio = averages.portfolio
            and trend.snapshot_date = averages.snapshot_date
            and averages.attribute = 'all'
    where trend.attribute <> 'all'
),

latest as (
    select placed.*
    from placed
    inner join periods on placed.portfolio = periods.portfolio and placed.snapshot_date = periods.period_end
),

compared as (
    select
        placed.portfolio,
        placed.attribute,
        placed.attribute_value,
        placed.snapshot_date,
        placed.standing,
        latest.standing as standing_now,
        latest.attribute_label_ru,
        latest.attribute_label_en,
        latest.value_label_ru,
        latest.value_label_en,
        max(case when placed.standing <> latest.standing then placed.snapshot_date end) over (
            partition by placed.portfolio, placed.attribute, placed.attribute_value
        ) as last_other_date
    from placed
    inner join latest
        on
            placed.portfolio = latest.portfolio
            and placed.attribute = latest.attribute
            and placed.attribute_value = latest.attribute_value
),

counted as (
    select
        portfolio,
        attribute,
        attribute_value,
        max(attribute_label_ru) as attribute_label_ru,
        max(attribute_label_en) as attribute_label_en,
        max(value_label_ru) as value_label_ru,
        max(value_label_en) as value_label_en,
        max(standing_now) as standing,
        min(case when last_other_date is null or snapshot_date > last_other_date then snapshot_date end) as since_date,
        cast(sum(case when last_other_date is null or snapshot_date > last_other_date then 1 else 0 end) as integer)
            as months_in_row,
        cast(count(*) as integer) as month_count,
        cast(sum(case when standing = 'above' then 1 else 0 end) as integer) as above_count,
        cast(sum(case when standing = 'below' then 1 else 0 end) as integer) as below_count
    from compared
    group by portfolio, attribute, attribute_value
),

judged as (
    select
        *,
        case
            when month_count = 1 then 'one_month'
            when above_count > 0 and below_count > 0 then 'turned'
            when greatest(above_count, below_count) = month_count then 'lasting'
            when above_count + below_count = 0 then 'none'
            when standing <> 'same' and months_in_row = above_count + below_count then 'began'
            when standing = 'same' and months_in_row = month_count - above_count - below_count then 'ended'
            else 'wavering'
        end as verdict
    from counted
),

final as (
    select
        portfolio,
        attribute,
        attribute_value,
        attribute_label_ru,
        attribute_label_en,
        value_label_ru,
        value_label_en,
        standing,
        verdict,
        since_date,
        months_in_row,
        month_count,
        above_count,
        below_count,
        {%- for language, above, below, same, told in [
            ('ru', 'Отток выше среднего', 'Отток ниже среднего', 'Отток не отличить от среднего',
                ['; месяцев выше: ', ', ниже: ', ', всего: ', '; так подряд: ']),
            ('en', 'Churn is above the average', 'Churn is below the average', 'Churn cannot be told from the average',
                ['; months above: ', ', below: ', ', in all: ', '; as now in a row: '])
        ] %}
        case standing
            when 'above' then '{{ above }}'
            when 'below' then '{{ below }}'
            else '{{ same }}'
        end
        {%- for count in ['above_count', 'below_count', 'month_count', 'months_in_row'] %}
        || '{{ told[loop.index0] }}' || cast({{ count }} as {{ dbt.type_string() }})
        {%- endfor %}
        || '.' as reading_{{ language }},
        {%- endfor %}
        {{ data_origin_of('portfolio') }} as data_origin
    from judged
)

select * from final
