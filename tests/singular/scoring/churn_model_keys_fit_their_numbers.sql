-- Claim: a churn model has fewer than 100,000 cells and no contribution above 90 log-odds, so that a key holds both.
-- An attribute with thousands of categories (city) breaks it: name it in var `excluded_attributes`.
select *
from {{ ref('int_churn_model_scores') }}
where cell_number >= 100000 or abs(contribution_e12) > 90 * 1e12
