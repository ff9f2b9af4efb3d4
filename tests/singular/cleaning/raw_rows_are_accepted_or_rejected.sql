-- Claim: per portfolio, raw rows = clients + rejected rows, counted independently in the three places.
with raw as (
    select
        portfolio,
        count(*) as row_count
    from {{ ref('int_clients__unioned') }}
    group by portfolio
),

accepted as (
    select
        portfolio,
        count(*) as row_count
    from {{ ref('clients') }}
    group by portfolio
),

rejected as (
    select
        portfolio,
        count(*) as row_count
    from {{ ref('rejected_clients') }}
    group by portfolio
)

select
    raw.portfolio,
    raw.row_count as raw_rows,
    accepted.row_count as accepted_rows,
    rejected.row_count as rejected_rows
from raw
left join accepted on raw.portfolio = accepted.portfolio
left join rejected on raw.portfolio = rejected.portfolio
where raw.row_count <> coalesce(accepted.row_count, 0) + coalesce(rejected.row_count, 0)
