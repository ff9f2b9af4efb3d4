-- One row per portfolio × number of snapshots since clients were first seen: of those who had stayed until then, how
-- many left by the next one (a discrete hazard), or why that is not told. Those of the first snapshot are not counted:
-- since when they have been clients is unknown.
-- sqlfluff:exclude_rules:layout.long_lines
{{ config(enabled=has_months()) }}

with counts as (
    select * from {{ ref('int_tenure_counts') }}
),

periods as (
    select * from {{ ref('int_periods') }}
),

placed as (
    select
        counts.portfolio,
        later.snapshot_number - earlier.snapshot_number as periods_since,
        counts.client_count,
        counts.left_count
        {{- ' + counts.disappeared_count' if var('disappeared_counts_as_leaving') }} as leaver_count
    from counts
    inner join periods as earlier
        on counts.portfolio = earlier.portfolio and counts.first_date = earlier.period_end
    inner join periods as later
        on counts.portfolio = later.portfolio and counts.period_start = later.period_end
    where earlier.snapshot_number > 1
),

summed as (
    select
        portfolio,
        periods_since,
        cast(sum(client_count) as bigint) as at_risk_count,
        cast(sum(leaver_count) as bigint) as left_count
    from placed
    group by portfolio, periods_since
),

multiplied as (
    select
        *,
        count(case when left_count > 0 then 1 end) over (partition by portfolio) as event_period_count,
        min(at_risk_count) over until_now as fewest_at_risk,
        min(at_risk_count - left_count) over until_now as fewest_survivors,
        sum(ln(greatest(at_risk_count - left_count, 1) / cast(at_risk_count as double))) over until_now as log_survival
    from summed
    window until_now as (
        partition by portfolio order by periods_since rows between unbounded preceding and current row
    )
),

judged as (
    select
        *,
        case when event_period_count < {{ var('stay_min_periods') }} then 'too_few_periods' end as reason
    from multiplied
),

final as (
    select
        portfolio,
        cast(periods_since as integer) as periods_since,
        case when reason is null then at_risk_count end as at_risk_count,
        case when reason is null then left_count end as left_count,
        case when reason is null then cast(left_count as double) / at_risk_count end as hazard,
        case when reason is null then {{ wilson_bound('left_count', 'at_risk_count', 'low') }} end as ci_low,
        case when reason is null then {{ wilson_bound('left_count', 'at_risk_count', 'high') }} end as ci_high,
        case
            when reason is not null then null
            when fewest_survivors = 0 then 0e0
            else exp(log_survival)
        end as still_share,
        reason,
        {%- for language, told, few in [
            (
                'ru', ['Из клиентов, которых впервые увидели столько снимков назад: ', ', к следующему снимку уходит '],
                ['Не сказать: новые клиенты уходили на стольких сроках: ', ', нужно не меньше ']
            ),
            (
                'en', ['Of clients first seen so many snapshots before: ', ', by the next snapshot leave '],
                ['Not told: newcomers left at so many distances: ', ', and at least so many are needed: ']
            )
        ] %}
        case
            when reason is null
                then '{{ told[0] }}' || cast(periods_since as {{ dbt.type_string() }}) || '{{ told[1] }}' || {{ percent_text('cast(left_count as double) / at_risk_count', language) }}
            else '{{ few[0] }}' || cast(event_period_count as {{ dbt.type_string() }}) || '{{ few[1] }}{{ var('stay_min_periods') }}'
        end || '.' as reading_{{ language }},
        {%- endfor %}
        {{ is_tiny('fewest_at_risk') }} as is_suppressed,
        {{ data_origin_of('portfolio') }} as data_origin
    from judged
)

select * from final
