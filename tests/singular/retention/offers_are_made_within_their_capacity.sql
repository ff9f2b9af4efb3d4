-- Claim: no more clients of a bank get an offer than it can be made to in a month, and nobody is made one that loses.
with listed as (
    select * from {{ ref('retention_list') }}
),

offers as (
    select * from {{ ref('offers') }}
)

select
    listed.portfolio,
    listed.offer,
    count(*) as client_count,
    min(listed.expected_net_value) as lowest_net_value
from listed
inner join offers on listed.offer = offers.offer_code
group by listed.portfolio, listed.offer
having count(*) > min(offers.monthly_capacity) or min(listed.expected_net_value) < -0.01
