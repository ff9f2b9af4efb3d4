-- Claim: the list holds nobody who has left, and its money follows from probability, income and the offer.
with listed as (
    select * from {{ ref('retention_list') }}
),

clients as (
    select * from {{ ref('clients') }}
)

select
    listed.portfolio,
    listed.client_key
from listed
left join clients on listed.client_key = clients.client_key
where
    clients.client_key is null
    or clients.is_churned
    or listed.counted_value > listed.value_at_risk
    or (not listed.is_value_capped and listed.counted_value <> listed.value_at_risk)
    or abs(
        listed.expected_net_value
        - (listed.churn_probability * listed.counted_value * listed.kept_share - listed.contact_cost)
    ) > 1e-6
