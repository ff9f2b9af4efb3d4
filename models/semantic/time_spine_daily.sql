-- One row per day from the first snapshot of any portfolio to the last; without months the one day of `snapshot_date`.
with months as (
    select * from {{ ref('semantic_months') }}
),

ends as (
    select
        min(snapshot_date) as first_date,
        max(snapshot_date) as last_date
    from months
),

digits as (
    {%- for digit in range(10) %}
    select {{ digit }} as digit
    {{- ' union all' if not loop.last }}
    {%- endfor %}
),

-- 10,000 days are 27 years.
numbers as (
    select ones.digit + 10 * tens.digit + 100 * hundreds.digit + 1000 * thousands.digit as day_number
    from digits as ones
    cross join digits as tens
    cross join digits as hundreds
    cross join digits as thousands
),

days as (
    select
        ends.last_date,
        cast({{ dbt.dateadd('day', 'numbers.day_number', 'ends.first_date') }} as date) as date_day
    from ends
    cross join numbers
),

final as (
    select date_day
    from days
    where date_day <= last_date
)

select * from final
