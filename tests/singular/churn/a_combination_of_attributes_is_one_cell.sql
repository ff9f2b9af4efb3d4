-- Claim: no two cells share all their attributes, additional ones among them.
select
    portfolio,
    {{ churn_attributes() | join(',\n    ') }},
    count(*) as occurrences
from {{ ref('churn_cells') }}
group by portfolio, {{ churn_attributes() | join(', ') }}
having count(*) > 1
