-- Claim: every row of the file of clients not to be contacted names a bank that is loaded, a client and, if any, a
-- day such as 2026-01-31.
with held_back as (
    select * from {{ ref('int_held_back_clients') }}
),

portfolios as (
    select * from {{ ref('portfolios') }}
)

select
    held_back.portfolio,
    held_back.client_id,
    held_back.unreadable_day
from held_back
left join portfolios on held_back.portfolio = portfolios.portfolio
where
    portfolios.portfolio is null
    or coalesce(held_back.client_id, '') = ''
    or held_back.unreadable_day is not null
