-- Claim: at most var max_rejected_share of a portfolio's rows are rejected. Whoever made the extract should look.
{{ config(severity='warn') }}

select *
from {{ ref('portfolios') }}
where rejected_row_count > {{ var('max_rejected_share') }} * raw_row_count
