-- One row per portfolio × version of the segments × segment (`all` for everybody): how many of the days to come its
-- clients stay on average if they leave as in the periods seen, and the income of that time; or why that is not told.
-- sqlfluff:exclude_rules:layout.indent,layout.long_lines
{{ config(enabled=has_months()) }}
{%- set horizon = var('stay_horizon_days') %}
{#- How many times as often clients would leave: as seen, and at the ends of the interval of their number. #}
{%- set ends = {
    '': '1e0', '_low': 'exp(1.959963984540054e0 / sqrt(all_events))', '_high': 'exp(-1.959963984540054e0 / sqrt(all_events))'
} %}
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

clients as (
    select * from {{ ref('int_segmented_clients') }}
    where is_churned is not true
),

product_values as (
    select * from {{ ref('product_values') }}
),

last_days as (
    select
        portfolio,
        max(days_since_first) as last_day
    from periods
    group by portfolio
),

-- The latest periods, as many as the days to come hold.
seen as (
    select
        flow.portfolio,
        flow.attribute,
        flow.attribute_value,
        flow.period_end,
        periods.day_count,
        flow.at_start as at_risk_count,
        flow.leaver_count as event_count,
        flow.at_start - flow.leaver_count as survivor_count
    from flow
    inner join periods on flow.portfolio = periods.portfolio and flow.period_end = periods.period_end
    inner join last_days on flow.portfolio = last_days.portfolio
    where flow.at_start > 0 and last_days.last_day - periods.days_since_first + periods.day_count <= {{ horizon }}
),

multiplied as (
    select
        *,
        cast(sum(event_count) over everything as double) as all_events,
        min(survivor_count) over until_now as fewest_survivors,
        sum(ln(greatest(survivor_count, 1) / cast(at_risk_count as double))) over until_now as log_survival
    from seen
    window
        everything as (partition by portfolio, attribute, attribute_value),
        until_now as (
            partition by portfolio, attribute, attribute_value order by period_end
            rows between unbounded preceding and current row
        )
),

estimated as (
    select
        *,
        case when fewest_survivors = 0 then 0e0 else exp(log_survival) end as survival
    from multiplied
),

stepped as (
    select
        *,
        coalesce(
            lag(survival) over (partition by portfolio, attribute, attribute_value order by period_end), 1e0
        ) as survival_before
    from estimated
),

-- The area under the curve of Kaplan and Meier.
areas as (
    select
        portfolio,
        attribute,
        attribute_value,
        all_events,
        cast(sum(day_count) as integer) as seen_days,
        cast(sum(case when event_count > 0 then 1 else 0 end) as integer) as event_period_count,
        min(at_risk_count) as fewest_at_risk,
        min(survival) as last_survival,
        {%- for end, often in ends.items() %}
        sum(day_count * power(survival_before, {{ often | replace('all_events', 'nullif(all_events, 0)') }})) as seen_stay{{ end }}{{ ',' if not loop.last }}
        {%- endfor %}
    from stepped
    group by portfolio, attribute, attribute_value, all_events
),

-- Days beyond what was seen: clients go on leaving at the mean pace of it.
lasting as (
    select
        *,
        {%- for end, often in ends.items() %}
        round(
            seen_stay{{ end }}
            + case
                when last_survival = 0 or last_survival = 1 or seen_days >= {{ horizon }} then 0e0
                else
                    power(last_survival, {{ often }})
                    * (1 - power(last_survival, {{ often }} * ({{ horizon }} - seen_days) / seen_days))
                    / (-ln(last_survival) * {{ often }} / seen_days)
            end,
            1
        ) as stay_days{{ end }}{{ ',' if not loop.last }}
        {%- endfor %}
    from areas
    where all_events > 0
),

valued as (
    select
        clients.portfolio,
        {%- for version in segment_versions() %}
        clients.segment_v{{ version }},
        {%- endfor %}
        {{ yearly_income('clients') }} as annual_value
    from clients
    inner join last_days on clients.portfolio = last_days.portfolio
    {{ join_product_values('clients') }}
),

-- Whole hundredths are summed: sums of fractions differ from run to run.
incomes as (
    select
        portfolio,
        'all' as attribute,
        'all' as attribute_value,
        0 as segment_version,
        cast(count(*) as bigint) as client_count,
        cast(sum(cast(round(100 * annual_value) as bigint)) as double) / 100 / count(*) as yearly_income
    from valued
    group by portfolio
    {%- for version in segment_versions() %}
    union all
    select
        portfolio,
        'segment_v{{ version }}' as attribute,
        segment_v{{ version }} as attribute_value,
        {{ version }} as segment_version,
        cast(count(*) as bigint) as client_count,
        cast(sum(cast(round(100 * annual_value) as bigint)) as double) / 100 / count(*) as yearly_income
    from valued
    where segment_v{{ version }} is not null
    group by portfolio, segment_v{{ version }}
    {%- endfor %}
),

judged as (
    select
        incomes.portfolio,
        incomes.attribute,
        incomes.attribute_value,
        incomes.segment_version,
        incomes.client_count,
        -- A mean to the kopeck and the same of a month with one client less would tell the income of that one. Of fewer
        -- than ten, four would be nearly half: by default nobody reads theirs.
        case
            when incomes.client_count < 10 then incomes.yearly_income
            else
                {{ round_by_clients('incomes.yearly_income', 'incomes.yearly_income', 'incomes.client_count')
                    | indent(16) }}
        end as yearly_income,
        coalesce(areas.seen_days, 0) as seen_days,
        coalesce(areas.event_period_count, 0) as event_period_count,
        areas.fewest_at_risk,
        case
            when coalesce(areas.event_period_count, 0) < {{ var('stay_min_periods') }} then 'too_few_periods'
        end as reason,
        {%- for end in ends %}
        lasting.stay_days{{ end }}{{ ',' if not loop.last }}
        {%- endfor %}
    from incomes
    left join areas
        on
            incomes.portfolio = areas.portfolio
            and incomes.attribute = areas.attribute
            and incomes.attribute_value = areas.attribute_value
    left join lasting
        on
            incomes.portfolio = lasting.portfolio
            and incomes.attribute = lasting.attribute
            and incomes.attribute_value = lasting.attribute_value
),

final as (
    select
        judged.portfolio,
        judged.segment_version,
        judged.attribute_value as segment_code,
        labels.value_label_ru as segment_name_ru,
        labels.value_label_en as segment_name_en,
        judged.client_count,
        {{ horizon }} as horizon_days,
        judged.seen_days,
        judged.seen_days < {{ horizon }} as is_extrapolated,
        judged.event_period_count,
        {%- for end in ends %}
        case when judged.reason is null then judged.stay_days{{ end }} end as stay_days{{ end }},
        {%- endfor %}
        judged.yearly_income,
        {%- for end in ends %}
        case when judged.reason is null then judged.yearly_income * judged.stay_days{{ end }} / 365 end as income{{ end }},
        {%- endfor %}
        judged.reason,
        {%- for language, told in {
            'ru': [
                'Из ближайших дней (' ~ horizon ~ ') клиент остаётся в среднем ', ' (от ', ' до ', '); доход за это время — ', ' ',
                ' Снимки показывают дней: ', '; дальше считаем, что уходят так же часто.',
                'Не сказать: периодов, в которых уходили клиенты: ', ', а нужно не меньше ' ~ var('stay_min_periods') ~ '.'
            ],
            'en': [
                'Of the days to come (' ~ horizon ~ ') a client stays ', ' on average (from ', ' to ', '); the income of that time is ', ' ',
                ' Snapshots show so many days: ', '; beyond, clients are taken to leave as often.',
                'Not told: periods in which clients left: ', ', and at least ' ~ var('stay_min_periods') ~ ' are needed.'
            ]
        }.items() %}
        case
            when judged.reason is null
                then
                    '{{ told[0] }}' || {{ format_thousands('round(judged.stay_days)', language) }} || '{{ told[1] }}'
                    || {{ format_thousands('round(judged.stay_days_low)', language) }} || '{{ told[2] }}'
                    || {{ format_thousands('round(judged.stay_days_high)', language) }} || '{{ told[3] }}'
                    || {{ format_thousands('round(judged.yearly_income * judged.stay_days / 365)', language) }} || '{{ told[4] }}'
                    || {{ currency_of('judged.portfolio', language) }} || '.'
                    || case
                        when judged.seen_days < {{ horizon }}
                            then '{{ told[5] }}' || cast(judged.seen_days as {{ dbt.type_string() }}) || '{{ told[6] }}'
                        else ''
                    end
            else '{{ told[7] }}' || cast(judged.event_period_count as {{ dbt.type_string() }}) || '{{ told[8] }}'
        end as reading_{{ language }},
        {%- endfor %}
        {{ is_tiny('judged.client_count') }} or coalesce({{ is_tiny('judged.fewest_at_risk') }}, false) as is_suppressed,
        {{ data_origin_of('judged.portfolio') }} as data_origin
    from judged
    left join labels
        on
            judged.portfolio = labels.portfolio
            and judged.attribute = labels.attribute
            and judged.attribute_value = labels.attribute_value
)

select * from final
