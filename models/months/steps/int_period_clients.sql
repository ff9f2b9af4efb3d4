-- One row per person × period that this run looks at (the latest, and those whose months it loads): both states side by
-- side.
{{ config(enabled=has_months(), materialized='table') }}
{%- set columns = (flow_attributes() + ['balance', 'client_key', 'age']) | unique | list %}
with periods as (
    select * from {{ ref('int_periods') }}
    where
        period_start is not null
        and (is_latest or {{ is_loading(and_later=true, day='period_end') }})
),

persons as (
    select * from {{ ref('int_history_persons') }}
),

first_seen as (
    select * from {{ ref('int_first_seen') }}
),

{% for state, day in [('earlier', 'period_start'), ('later', 'period_end')] -%}
{{ state }} as (
    select
        periods.portfolio,
        periods.period_start,
        periods.period_end,
        persons.person_id,
        {%- for column in columns %}
        persons.{{ column }},
        {%- endfor %}
        coalesce(persons.is_churned, false) as has_left
    from periods
    inner join persons
        on periods.portfolio = persons.portfolio and periods.{{ day }} = persons.snapshot_date
),

{% endfor -%}
paired as (
    select
        coalesce(earlier.portfolio, later.portfolio) as portfolio,
        coalesce(earlier.period_start, later.period_start) as period_start,
        coalesce(earlier.period_end, later.period_end) as period_end,
        coalesce(earlier.person_id, later.person_id) as person_id,
        {%- for column in columns %}
        earlier.{{ column }} as {{ column }}_before,
        later.{{ column }} as {{ column }}_after,
        {%- endfor %}
        coalesce(not earlier.has_left, false) as was_client,
        coalesce(not later.has_left, false) as is_client,
        coalesce(later.has_left, false) as has_left,
        earlier.person_id is not null and later.person_id is not null
        and {{ is_id_reused('earlier', 'later') | indent(4) }} as is_id_reused
    from earlier
    full outer join later
        on
            earlier.portfolio = later.portfolio
            and earlier.period_end = later.period_end
            and earlier.person_id = later.person_id
),

final as (
    select
        paired.*,
        case
            when paired.was_client then 'client'
            when first_seen.snapshot_date = paired.period_end then 'joined'
            else 'returned'
        end as from_state,
        case
            when paired.is_client then 'client'
            when paired.has_left then 'left'
            else 'disappeared'
        end as to_state
    from paired
    left join first_seen
        on paired.portfolio = first_seen.portfolio and paired.person_id = first_seen.person_id
    where paired.was_client or paired.is_client
)

select * from final
