-- One row per portfolio × period (its end is snapshot_date) × attribute × state and value before × state and value after: how many
-- clients went that way; kept, so that no flow reads clients of all months again.
{{ kept_by_month(and_later=true) }}
{%- set columns = {
    'all': ["'all'", "'all'"],
    'id_is_reused': ["case when is_id_reused then 'true' else 'false' end", "'all'"]
} %}
{%- for name in flow_attributes() %}
{%- do columns.update({name: [group_text(name ~ '_before'), group_text(name ~ '_after')]}) %}
{%- endfor %}
with clients as (
    select * from {{ ref('int_period_clients') }}
    where {{ is_loading(and_later=true, day='period_end') }}
),

counted as (
    {%- for name, values in columns.items() %}
    select
        period_start,
        '{{ name }}' as attribute,
        from_state,
        case when was_client or '{{ name }}' = 'id_is_reused' then {{ values[0] }} end as from_value,
        to_state,
        case when is_client then {{ values[1] }} end as to_value,
        cast(count(*) as bigint) as client_count,
        portfolio,
        period_end as snapshot_date
    from clients
    group by
        portfolio, period_start, period_end, from_state, to_state,
        case when was_client or '{{ name }}' = 'id_is_reused' then {{ values[0] }} end,
        case when is_client then {{ values[1] }} end
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select * from counted
