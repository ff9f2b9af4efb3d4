-- One row per portfolio × attribute × value: in how many months its churn stood surely above or below the average, and
-- since when as it stands now. Months whose figures are hidden are not counted, so nothing hidden follows; months in
-- which the attribute has lost values are not judged: a finding that is not seen in them has not ended. That a finding
-- began or ended is said where its distance from the average has changed by more than chance.
-- sqlfluff:exclude_rules:layout.long_lines
{{ config(enabled=has_months()) }}

with trend as (
    select * from {{ ref('churn_trend') }}
    where churn_rate is not null and not is_suppressed
),

drift as (
    select * from {{ ref('attribute_drift') }}
),

attributes as (
    select * from {{ ref('client_attributes') }}
),

rules as (
    select
        'segment_v' || cast(segment_version as {{ dbt.type_string() }}) as attribute,
        balance,
        property_from,
        property_below
    from {{ ref('segment_rules') }}
),

periods as (
    select * from {{ ref('int_periods') }}
    where is_latest
),

-- By which attribute of a client each followed one goes: a band by its number, a segment by what its rules ask.
sources as (
    select
        attribute,
        made_of
    from attributes
    union
    select
        attribute,
        'product_count' as made_of
    from rules
    union
    select
        attribute,
        'balance' as made_of
    from rules
    where balance <> 'any'
    union
    select
        attribute,
        'property_points' as made_of
    from rules
    where property_from > 0 or property_below is not null
),

-- The share missing by its jumps alone, so that a slow change over years breaks nothing, and a column that stays empty
-- stays broken.
missing as (
    select
        portfolio,
        attribute,
        period_end as snapshot_date,
        sum(case when verdict in ('more_gaps', 'fewer_gaps') then missing_share_after - missing_share_before else 0e0 end)
            over (partition by portfolio, attribute order by period_end rows between unbounded preceding and current row)
            as jumped_share
    from drift
    union all
    select
        portfolio,
        attribute,
        min(period_start) as snapshot_date,
        0e0 as jumped_share
    from drift
    group by portfolio, attribute
),

levelled as (
    select
        *,
        jumped_share - min(jumped_share) over (partition by portfolio, attribute) as lost_share
    from missing
),

broken as (
    select distinct
        levelled.portfolio,
        sources.attribute,
        levelled.snapshot_date
    from levelled
    inner join sources on levelled.attribute = sources.made_of
    where levelled.lost_share >= {{ var('drift_missing_share') }}
),

judged_months as (
    select
        trend.portfolio,
        trend.attribute,
        trend.attribute_value,
        trend.snapshot_date,
        trend.attribute_label_ru,
        trend.attribute_label_en,
        trend.value_label_ru,
        trend.value_label_en,
        trend.churn_rate - averages.churn_rate as distance,
        trend.ci_low - averages.churn_rate as distance_low,
        trend.ci_high - averages.churn_rate as distance_high,
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
    left join broken
        on
            trend.portfolio = broken.portfolio
            and trend.attribute = broken.attribute
            and trend.snapshot_date = broken.snapshot_date
    where trend.attribute <> 'all' and broken.attribute is null
),

followed as (
    select
        portfolio,
        attribute,
        attribute_value,
        max(attribute_label_ru) as attribute_label_ru,
        max(attribute_label_en) as attribute_label_en,
        max(value_label_ru) as value_label_ru,
        max(value_label_en) as value_label_en
    from judged_months
    group by portfolio, attribute, attribute_value
),

-- A broken month stands for each group of its attribute, even for those that it holds nobody of.
placed as (
    select
        portfolio,
        attribute,
        attribute_value,
        snapshot_date,
        standing,
        distance,
        distance_low,
        distance_high
    from judged_months
    union all
    select
        followed.portfolio,
        followed.attribute,
        followed.attribute_value,
        broken.snapshot_date,
        'unjudged' as standing,
        cast(null as double) as distance,
        cast(null as double) as distance_low,
        cast(null as double) as distance_high
    from followed
    inner join broken on followed.portfolio = broken.portfolio and followed.attribute = broken.attribute
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
        placed.distance,
        placed.distance_low,
        placed.distance_high,
        latest.standing as standing_now,
        max(
            case
                when placed.standing <> latest.standing and placed.standing <> 'unjudged' then placed.snapshot_date
            end
        ) over (partition by placed.portfolio, placed.attribute, placed.attribute_value) as last_other_date
    from placed
    inner join latest
        on
            placed.portfolio = latest.portfolio
            and placed.attribute = latest.attribute
            and placed.attribute_value = latest.attribute_value
),

marked as (
    select
        *,
        standing = standing_now and (last_other_date is null or snapshot_date > last_other_date) as is_as_now
    from compared
),

-- The months hold mostly the same clients: their mean is no surer than one of them.
counted as (
    select
        portfolio,
        attribute,
        attribute_value,
        {%- for state, months in [('now', 'is_as_now'), ('before', 'not is_as_now')] %}
        {%- for end in ['', '_low', '_high'] %}
        avg(case when {{ months }} then distance{{ end }} end) as distance{{ end }}_{{ state }},
        {%- endfor %}
        {%- endfor %}
        max(standing_now) as standing,
        min(case when is_as_now then snapshot_date end) as since_date,
        cast(sum(case when is_as_now then 1 else 0 end) as integer) as months_in_row,
        cast(sum(case when standing <> 'unjudged' then 1 else 0 end) as integer) as month_count,
        cast(sum(case when standing = 'above' then 1 else 0 end) as integer) as above_count,
        cast(sum(case when standing = 'below' then 1 else 0 end) as integer) as below_count,
        cast(sum(case when standing = 'unjudged' then 1 else 0 end) as integer) as unjudged_count
    from marked
    group by portfolio, attribute, attribute_value
),

moved as (
    select
        *,
        distance_now - distance_before as rate_change,
        distance_now - distance_before
        - {{ newcombe_reach('distance_now', 'distance_low_now', 'distance_before', 'distance_high_before') }}
            as rate_change_ci_low,
        distance_now - distance_before
        + {{ newcombe_reach('distance_now', 'distance_high_now', 'distance_before', 'distance_low_before') }}
            as rate_change_ci_high,
        sum(case when distance_now is not null and distance_before is not null then 1 else 0 end)
            over (partition by portfolio) as compared_count
    from counted
),

tested as (
    select
        *,
        {{ is_sure_change('compared_count') }} as is_sure_change
    from moved
),

judged as (
    select
        *,
        case
            when standing = 'unjudged' then 'not_judged'
            when month_count = 1 then 'one_month'
            when above_count > 0 and below_count > 0 then 'turned'
            when greatest(above_count, below_count) = month_count then 'lasting'
            when above_count + below_count = 0 then 'none'
            when not is_sure_change then 'wavering'
            when standing <> 'same' and months_in_row = above_count + below_count then 'began'
            when standing = 'same' and months_in_row = month_count - above_count - below_count then 'ended'
            else 'wavering'
        end as verdict
    from tested
),

final as (
    select
        judged.portfolio,
        judged.attribute,
        judged.attribute_value,
        followed.attribute_label_ru,
        followed.attribute_label_en,
        followed.value_label_ru,
        followed.value_label_en,
        judged.standing,
        judged.verdict,
        judged.since_date,
        judged.months_in_row,
        judged.month_count,
        judged.above_count,
        judged.below_count,
        judged.unjudged_count,
        {%- for language, above, below, same, unjudged, told, gaps in [
            ('ru', 'Отток выше среднего', 'Отток ниже среднего', 'Отток не отличить от среднего',
                'Судить нельзя: признак потерял значения',
                ['; месяцев выше: ', ', ниже: ', ', всего: ', '; так подряд: '], '; без значений признака: '),
            ('en', 'Churn is above the average', 'Churn is below the average', 'Churn cannot be told from the average',
                'Cannot be judged: the attribute has lost values',
                ['; months above: ', ', below: ', ', in all: ', '; as now in a row: '], '; without values of the attribute: ')
        ] %}
        case judged.standing
            when 'above' then '{{ above }}'
            when 'below' then '{{ below }}'
            when 'same' then '{{ same }}'
            else '{{ unjudged }}'
        end
        {%- for count in ['above_count', 'below_count', 'month_count', 'months_in_row'] %}
        || '{{ told[loop.index0] }}' || cast(judged.{{ count }} as {{ dbt.type_string() }})
        {%- endfor %}
        || case
            when judged.unjudged_count = 0 then ''
            else '{{ gaps }}' || cast(judged.unjudged_count as {{ dbt.type_string() }})
        end
        || '.' as reading_{{ language }},
        {%- endfor %}
        {{ data_origin_of('judged.portfolio') }} as data_origin
    from judged
    inner join followed
        on
            judged.portfolio = followed.portfolio
            and judged.attribute = followed.attribute
            and judged.attribute_value = followed.attribute_value
)

select * from final
