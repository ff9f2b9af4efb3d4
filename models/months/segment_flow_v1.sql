-- One row per portfolio × period × version of the segments × segment before × segment after, with joining and leaving at the ends.
{{ config(enabled=has_months()) }}

with transitions as (
    select * from {{ ref('int_period_transitions') }}
    where attribute like 'segment_v%'
),

labels as (
    select * from {{ ref('int_flow_labels') }}
),

ways as (
    select
        portfolio,
        period_start,
        snapshot_date as period_end,
        attribute,
        cast(substr(attribute, 10) as integer) as segment_version,
        case when from_state = 'client' then from_value else from_state end as from_segment,
        case when to_state = 'client' then to_value else to_state end as to_segment,
        client_count,
        sum(client_count) over (
            partition by portfolio, snapshot_date, attribute, case when from_state = 'client' then from_value else from_state end
        ) as from_count
    from transitions
),

final as (
    select
        ways.portfolio,
        ways.period_start,
        ways.period_end,
        ways.segment_version,
        ways.from_segment,
        ways.to_segment,
        {%- for language, joined, returned, gone, vanished in [
            ('ru', 'Новые', 'Вернувшиеся', 'Ушли', 'Пропали из выгрузки'),
            ('en', 'Joined', 'Returned', 'Left', 'Gone from the extract')
        ] %}
        case ways.from_segment
            when 'joined' then '{{ joined }}'
            when 'returned' then '{{ returned }}'
            else coalesce(before.value_label_{{ language }}, ways.from_segment)
        end as from_label_{{ language }},
        case ways.to_segment
            when 'left' then '{{ gone }}'
            when 'disappeared' then '{{ vanished }}'
            else coalesce(after.value_label_{{ language }}, ways.to_segment)
        end as to_label_{{ language }},
        {%- endfor %}
        ways.client_count,
        cast(ways.from_count as bigint) as from_count,
        cast(ways.client_count as double) / ways.from_count as share,
        {{ wilson_bound('ways.client_count', 'ways.from_count', 'low') }} as ci_low,
        {{ wilson_bound('ways.client_count', 'ways.from_count', 'high') }} as ci_high,
        {{ is_tiny('ways.client_count') }} or {{ is_tiny('ways.from_count') }} as is_suppressed,
        {{ data_origin_of('ways.portfolio') }} as data_origin
    from ways
    left join labels as before
        on
            ways.portfolio = before.portfolio
            and ways.attribute = before.attribute
            and ways.from_segment = before.attribute_value
    left join labels as after
        on
            ways.portfolio = after.portfolio
            and ways.attribute = after.attribute
            and ways.to_segment = after.attribute_value
)

select * from final
