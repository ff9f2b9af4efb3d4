-- Claim: no two cells share all their attributes, additional ones among them.
select
    portfolio,
    {{ attribute_names('rates') | join(',\n    ') }},
    count(*) as occurrences
from {{ ref('churn_cells') }}
group by portfolio, {{ attribute_names('rates') | join(', ') }}
having count(*) > 1
