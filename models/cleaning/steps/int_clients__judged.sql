-- One row per suspect raw row with its verdict: reason_codes names every reason to reject it; empty, it is a client.
with suspects as (
    select * from {{ ref('int_clients__suspects') }}
),

duplicates as (
    select * from {{ ref('int_clients__duplicates') }}
),

judged as (
    select
        suspects.*,
        duplicates.duplicate_kind,
        duplicates.repeats_file,
        duplicates.repeats_row_number,
        concat_ws(',', nullif(suspects.rule_codes, ''), duplicates.reason_code) as reason_codes
    from suspects
    left join duplicates
        on
            suspects.portfolio = duplicates.portfolio
            and suspects.source_file = duplicates.source_file
            and suspects.source_row_number = duplicates.source_row_number
)

select * from judged
