-- Claim: as many rows were read from every file as it has lines under its header (csv) or rows (parquet).
-- Of a file in another format: as many as were counted while it was read, before dbt saw the copy.
with staged as (
    select
        source_file,
        count(*) as row_count
    from {{ ref('int_clients__unioned') }}
    group by source_file
),

counted as (
    {%- for portfolio in switched_on_portfolios() if execute %}
    {%- for file in client_files(portfolio, portfolio_location(portfolio)) %}
    {%- set intake = intake_of(portfolio, file) %}
    {%- if intake.is_copy %}
    select
        '{{ escape_quotes(file) }}' as source_file,
        {{ intake.row_count }} as row_count
    {%- elif intake.kind == 'parquet' %}
    select
        '{{ escape_quotes(file) }}' as source_file,
        count(*) as row_count
    from {{ parquet_rows(file) }}
    {%- else %}
    select
        '{{ escape_quotes(file) }}' as source_file,
        count(*) - 1 as row_count
    from {{ csv_lines(file) }}
    where {{ trimmed('line') }} <> ''
    {%- endif %}
    union all
    {%- endfor %}
    {%- endfor %}
    select
        '' as source_file,
        0 as row_count
)

select
    counted.source_file,
    counted.row_count as file_row_count,
    staged.row_count as staged_row_count
from counted
left join staged on counted.source_file = staged.source_file
where counted.row_count <> coalesce(staged.row_count, 0)
