-- Claim: `none_fits` is there, free and for everybody, and a rule names a banded attribute; else clients would be
-- without an offer.
-- sqlfluff:exclude_rules:structure.column_order,ambiguous.column_count,layout.long_lines
with offers as (
    select * from {{ ref('offers') }}
),

rules as (
    select * from {{ ref('offer_rules') }}
)

select
    offer_code,
    attribute as problem
from rules
where
    attribute not in ('{{ attribute_names('rates') | join("', '") }}')
    or offer_code = 'none_fits'
union all
select
    'none_fits' as offer_code,
    'missing, limited or not free' as problem
from offers
having
    count(*) filter (
        where
        offer_code = 'none_fits' and contact_cost = 0 and kept_share = 0
        and monthly_capacity is null and recommendation_id is null
    ) <> 1
union all
select
    offer_code,
    'offer_order' as problem
from offers
where offer_order not between 1 and 999
