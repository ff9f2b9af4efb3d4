-- Claim: every switched-on portfolio has clients. A portfolio whose rows were all rejected is a wrong file, not a bank.
select *
from {{ ref('portfolios') }}
where client_count = 0
