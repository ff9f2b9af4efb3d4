-- Claim: the list holds nobody who has left, and its money follows from probability, value and the settings.
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
    or listed.target_groups = ''
    or abs(
        listed.expected_net_value
        - (
            listed.churn_probability * listed.value_at_risk * {{ var('retention_effectiveness') }}
            - {{ var('contact_cost') }}
        )
    ) > 1e-6
