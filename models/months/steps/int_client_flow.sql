-- One row per portfolio × period × attribute × value: who was there at its start, went, came, and was there at its end.
{{ config(enabled=has_months(), materialized='table') }}

with transitions as (
    select * from {{ ref('int_period_transitions') }}
    where attribute <> 'id_is_reused'
),

ends as (
    select
        portfolio,
        period_start,
        snapshot_date as period_end,
        attribute,
        from_value as attribute_value,
        client_count as at_start,
        case when to_state = 'left' then client_count else 0 end as left_count,
        case when to_state = 'disappeared' then client_count else 0 end as disappeared_count,
        0 as joined_count,
        0 as returned_count,
        0 as moved_in_count,
        case when to_state = 'client' and from_value <> to_value then client_count else 0 end as moved_out_count,
        0 as at_end
    from transitions
    where from_state = 'client'
    union all
    select
        portfolio,
        period_start,
        snapshot_date as period_end,
        attribute,
        to_value as attribute_value,
        0 as at_start,
        0 as left_count,
        0 as disappeared_count,
        case when from_state = 'joined' then client_count else 0 end as joined_count,
        case when from_state = 'returned' then client_count else 0 end as returned_count,
        case when from_state = 'client' and from_value <> to_value then client_count else 0 end as moved_in_count,
        0 as moved_out_count,
        client_count as at_end
    from transitions
    where to_state = 'client'
),

summed as (
    select
        portfolio,
        period_start,
        period_end,
        attribute,
        attribute_value,
        {%- for count in ['at_start', 'left_count', 'disappeared_count', 'joined_count', 'returned_count',
            'moved_in_count', 'moved_out_count', 'at_end'] %}
        cast(sum({{ count }}) as bigint) as {{ count }}{{ ',' if not loop.last }}
        {%- endfor %}
    from ends
    group by portfolio, period_start, period_end, attribute, attribute_value
),

-- Whether those who are gone from the extract without a word count as leavers is a setting.
final as (
    select
        *,
        left_count{{ ' + disappeared_count' if var('disappeared_counts_as_leaving') }} as leaver_count
    from summed
)

select * from final
