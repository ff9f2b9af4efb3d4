-- One row per raw row with its verdict: reason_codes is empty for a client, and names every reason for a rejected row.
with checked as (
    select * from {{ ref('int_clients__checked') }}
),

duplicates as (
    select * from {{ ref('int_clients__duplicates') }}
),

judged as (
    select
        checked.*,
        duplicates.duplicate_kind,
        duplicates.repeats_file,
        duplicates.repeats_row_number,
        concat_ws(',', nullif(checked.rule_codes, ''), duplicates.reason_code) as reason_codes
    from checked
    left join duplicates
        on
            checked.portfolio = duplicates.portfolio
            and checked.source_file = duplicates.source_file
            and checked.source_row_number = duplicates.source_row_number
)

select * from judged
