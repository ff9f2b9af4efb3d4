-- One row per raw row that is not a client: its text as it came, where it stands, and every reason.
with judged as (
    select * from {{ ref('int_clients__judged') }}
),

rejected as (
    select
        portfolio,
        source_file,
        source_row_number,
        {{ split_codes('reason_codes') }} as reasons,
        repeats_file,
        repeats_row_number,
        {{ staged_columns() | join(',\n        ') }},
        additional_attributes,
        raw_line,
        {{ data_origin_of('portfolio') }} as data_origin
    from judged
    where reason_codes <> ''
)

select * from rejected
