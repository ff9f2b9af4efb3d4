-- One row per client of the latest period: what became of the client between the two latest snapshots of the portfolio.
{{ config(enabled=has_months()) }}

with clients as (
    select * from {{ ref('int_period_clients') }}
),

periods as (
    select * from {{ ref('int_periods') }}
    where is_latest
),

final as (
    select
        clients.portfolio,
        md5(concat_ws('|', clients.portfolio, clients.person_id)) as person_key,
        coalesce(clients.client_key_after, clients.client_key_before) as client_key,
        clients.period_start,
        clients.period_end,
        case
            when clients.from_state <> 'client' then clients.from_state
            when clients.to_state <> 'client' then clients.to_state
            else 'stayed'
        end as what_became,
        clients.product_count_before,
        clients.product_count_after,
        clients.product_count_after - clients.product_count_before as products_gained,
        clients.balance_before,
        clients.balance_after,
        clients.balance_after - clients.balance_before as balance_gained,
        coalesce(clients.is_active_before and not clients.is_active_after, false) as became_inactive,
        coalesce(clients.city_before <> clients.city_after, false) as moved_city,
        clients.segment_v1_before as segment_before,
        clients.segment_v1_after as segment_after,
        clients.is_id_reused,
        {{ data_origin_of('clients.portfolio') }} as data_origin
    from clients
    inner join periods
        on clients.portfolio = periods.portfolio and clients.period_end = periods.period_end
)

select * from final
