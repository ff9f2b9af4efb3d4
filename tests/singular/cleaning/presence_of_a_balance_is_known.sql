-- Claim: whether a client has a balance is known, except at a bank that supplies no balances, where it never is.
select
    portfolio,
    count(*) as client_count
from {{ ref('clients') }}
where (has_balance is null) <> {{ lacks_column('portfolio', 'balance') }}
group by portfolio
