-- One row per portfolio × groups × metric × bucket of values: how many clients. A bucket is the value itself where a
-- metric takes few, otherwise the value rounded to three significant digits.
{{ config(materialized='table') }}

{%- set versions = 'segment_v' ~ segment_versions() | join(', segment_v') %}
-- Clients are read for each metric: what several steps read, DuckDB would copy in memory first.
with counted as (
    {%- for number in client_attributes('portraits', ['whole_number', 'amount']) %}
    {%- set metric = number.name %}
    {%- set bucket = metric if number.form == 'whole_number' else round_to_significant(metric) %}
    select
        {{ versions }},
        portfolio,
        churn_group,
        '{{ metric }}' as metric,
        cast({{ bucket }} as double) as bucket,
        cast(count(*) as bigint) as row_count
    from {{ ref('int_segmented_clients') }}
    where {{ metric }} is not null
    group by {{ versions }}, portfolio, churn_group, cast({{ bucket }} as double)
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select * from counted
