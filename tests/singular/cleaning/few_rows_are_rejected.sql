-- Claim: at most var max_rejected_share of a portfolio's rows are rejected. Whoever made the extract should look.
-- Rows that the cleaning scenario leaves out on purpose do not count.
{{ config(severity='warn') }}

with counted as (
    select
        portfolio,
        sum(row_count) as raw_row_count,
        sum(row_count) filter (where reason_codes not in ('', 'missing_balance_excluded')) as rejected_row_count
    from {{ ref('int_clients__verdicts') }}
    group by portfolio
)

select *
from counted
where rejected_row_count > {{ var('max_rejected_share') }} * raw_row_count
