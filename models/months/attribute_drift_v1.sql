-- One row per portfolio × period × attribute: how far its values moved, against what chance moves at these sizes, and
-- its gaps.
-- sqlfluff:exclude_rules:layout.indent,layout.long_lines
{{ config(enabled=has_months()) }}
{%- set columns = month_columns() %}
with counts as (
    select
        portfolio,
        snapshot_date,
        case attribute
            {%- for name, column in columns.items() %}
            when '{{ column }}' then '{{ name }}'
            {%- endfor %}
        end as attribute,
        attribute_value,
        client_count
    from {{ ref('int_month_counts') }}
    where
        attribute in (
            {%- for column in columns.values() %}
            '{{ column }}'{{ ',' if not loop.last }}
            {%- endfor %}
        )
),

periods as (
    select * from {{ ref('int_periods') }}
    where period_start is not null
),

attributes as (
    select * from {{ ref('client_attributes') }}
),

-- Every value that either month of a period holds, with both counts.
states as (
    select
        periods.portfolio,
        periods.period_start,
        periods.period_end,
        counts.attribute,
        counts.attribute_value,
        counts.client_count as count_before,
        0 as count_after
    from periods
    inner join counts on periods.portfolio = counts.portfolio and periods.period_start = counts.snapshot_date
    union all
    select
        periods.portfolio,
        periods.period_start,
        periods.period_end,
        counts.attribute,
        counts.attribute_value,
        0 as count_before,
        counts.client_count as count_after
    from periods
    inner join counts on periods.portfolio = counts.portfolio and periods.period_end = counts.snapshot_date
),

paired as (
    select
        portfolio,
        period_start,
        period_end,
        attribute,
        attribute_value,
        sum(count_before) as count_before,
        sum(count_after) as count_after
    from states
    where attribute is not null and not {{ lacks_attribute('portfolio', 'attribute') }}
    group by portfolio, period_start, period_end, attribute, attribute_value
),

totals as (
    select
        portfolio,
        period_start,
        period_end,
        attribute,
        cast(sum(count_before) as double) as total_before,
        cast(sum(count_after) as double) as total_after,
        cast(coalesce(sum(count_before) filter (where attribute_value = 'unknown'), 0) as double) as missing_before,
        cast(coalesce(sum(count_after) filter (where attribute_value = 'unknown'), 0) as double) as missing_after,
        count(*) filter (where attribute_value <> 'unknown') as value_count,
        count(*) filter (where attribute_value <> 'unknown' and count_before = 0) as new_value_count,
        count(*) filter (where attribute_value <> 'unknown' and count_after = 0) as vanished_value_count
    from paired
    group by portfolio, period_start, period_end, attribute
),

-- Half a client is added to each value, so that one that is new or gone has a logarithm.
shares as (
    select
        paired.portfolio,
        paired.period_end,
        paired.attribute,
        (paired.count_before + 0.5e0)
        / (totals.total_before - totals.missing_before + 0.5e0 * totals.value_count) as share_before,
        (paired.count_after + 0.5e0)
        / (totals.total_after - totals.missing_after + 0.5e0 * totals.value_count) as share_after
    from paired
    inner join totals
        on
            paired.portfolio = totals.portfolio
            and paired.period_end = totals.period_end
            and paired.attribute = totals.attribute
    where paired.attribute_value <> 'unknown'
),

indices as (
    select
        portfolio,
        period_end,
        attribute,
        sum((share_after - share_before) * ln(share_after / share_before)) as stability_index
    from shares
    group by portfolio, period_end, attribute
),

-- Of two samples of one population the index is (1/n + 1/m) × chi-squared with a degree less than values. Its 95 %
-- point is Wilson and Hilferty's (1931, PNAS 17): within 2 % for one degree, within .3 % from three on.
expected as (
    select
        totals.*,
        coalesce(indices.stability_index, 0e0) as stability_index,
        greatest(totals.value_count - 1, 0) * (
            1 / nullif(totals.total_before - totals.missing_before, 0) + 1 / nullif(totals.total_after - totals.missing_after, 0)
        ) as expected_index,
        case
            when totals.value_count > 1
                then (totals.value_count - 1)
                * power(
                    1 - 2e0 / (9 * (totals.value_count - 1))
                    + 1.6448536269514722e0 * sqrt(2e0 / (9 * (totals.value_count - 1))), 3
                ) * (
                    1 / nullif(totals.total_before - totals.missing_before, 0)
                    + 1 / nullif(totals.total_after - totals.missing_after, 0)
                )
        end as chance_limit,
        totals.missing_before / totals.total_before as missing_share_before,
        totals.missing_after / nullif(totals.total_after, 0) as missing_share_after
    from totals
    left join indices
        on
            totals.portfolio = indices.portfolio
            and totals.period_end = indices.period_end
            and totals.attribute = indices.attribute
),

-- A share of a few clients is told as such, not as a figure that their number follows from.
judged as (
    select
        *,
        {%- for state in ['before', 'after'] %}
        {%- for language, few in [('ru', 'единиц'), ('en', 'a handful')] %}
        case
            when {{ is_tiny('missing_' ~ state) }} then '{{ few }}'
            else {{ percent_text('missing_share_' ~ state, language) }}
        end as gap_{{ state }}_{{ language }},
        {%- endfor %}
        {%- endfor %}
        case
            when missing_share_after - missing_share_before >= {{ var('drift_missing_share') }} then 'more_gaps'
            when missing_share_before - missing_share_after >= {{ var('drift_missing_share') }} then 'fewer_gaps'
            when stability_index >= {{ var('drift_shifted_from') }} and stability_index > chance_limit then 'shifted'
            when stability_index >= {{ var('drift_moved_from') }} and stability_index > chance_limit then 'moved'
            else 'stable'
        end as verdict
    from expected
),

final as (
    select
        judged.portfolio,
        judged.period_start,
        judged.period_end,
        judged.attribute,
        attributes.label_ru as attribute_label_ru,
        attributes.label_en as attribute_label_en,
        cast(judged.total_before as bigint) as client_count_before,
        cast(judged.total_after as bigint) as client_count_after,
        judged.stability_index,
        judged.expected_index,
        judged.chance_limit,
        judged.missing_share_before,
        judged.missing_share_after,
        cast(judged.value_count as integer) as value_count,
        cast(judged.new_value_count as integer) as new_value_count,
        cast(judged.vanished_value_count as integer) as vanished_value_count,
        judged.verdict,
        case judged.verdict
            when 'more_gaps'
                then
                    'Признак «' || attributes.label_ru || '» не указан у '
                    || {{ percent_text('judged.missing_share_after', 'ru') }} || ' клиентов, раньше — у '
                    || judged.gap_before_ru
                    || ': спросите у того, кто готовит выгрузку, прежде чем верить цифрам по нему.'
            when 'fewer_gaps'
                then
                    'Признак «' || attributes.label_ru || '» снова указан чаще: не указан у '
                    || judged.gap_after_ru || ', раньше — у '
                    || {{ percent_text('judged.missing_share_before', 'ru') }} || '.'
            when 'stable' then 'Признак «' || attributes.label_ru || '» не изменился больше, чем бывает случайно.'
            else
                'Значения признака «' || attributes.label_ru
                || '» сдвинулись: так бывает, когда меняется шкала или состав выгрузки. Сравнивать с прежними месяцами нельзя, пока причина неизвестна.'
        end as reading_ru,
        case judged.verdict
            when 'more_gaps'
                then
                    'The attribute “' || attributes.label_en || '” is missing for '
                    || {{ percent_text('judged.missing_share_after', 'en') }} || ' of clients, before for '
                    || judged.gap_before_en
                    || ': ask whoever makes the extract before you believe figures by it.'
            when 'fewer_gaps'
                then
                    'The attribute “' || attributes.label_en || '” is given more often again: missing for '
                    || judged.gap_after_en || ', before for '
                    || {{ percent_text('judged.missing_share_before', 'en') }} || '.'
            when 'stable' then 'The attribute “' || attributes.label_en || '” has changed no more than by chance.'
            else
                'Values of the attribute “' || attributes.label_en
                || '” have shifted, as when a scale or the choice of clients changes. Do not compare with earlier months until the cause is known.'
        end as reading_en,
        {{ is_tiny('judged.total_before') }} or {{ is_tiny('judged.total_after') }} as is_suppressed,
        {{ data_origin_of('judged.portfolio') }} as data_origin
    from judged
    inner join attributes on judged.attribute = attributes.attribute
)

select * from final
