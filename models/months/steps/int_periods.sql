-- One row per portfolio × snapshot: the one before it (null for the first), the days between, its number.
-- sqlfluff:exclude_rules:layout.long_lines,convention.casting_style,structure.column_order
{{ config(enabled=has_months(), materialized='table') }}

with counts as (
    select
        portfolio,
        snapshot_date
    from {{ ref('int_month_counts') }}
    where attribute = 'all'
),

placed as (
    select
        portfolio,
        lag(snapshot_date) over (partition by portfolio order by snapshot_date) as period_start,
        snapshot_date as period_end,
        cast(row_number() over (partition by portfolio order by snapshot_date) as integer) as snapshot_number,
        row_number() over (partition by portfolio order by snapshot_date desc) = 1 as is_latest,
        min(snapshot_date) over (partition by portfolio) as first_date
    from counts
),

final as (
    select
        *,
        cast({{ dbt.datediff('period_start', 'period_end', 'day') }} as integer) as day_count,
        cast({{ dbt.datediff('first_date', 'period_end', 'day') }} as integer) as days_since_first
    from placed
)

select * from final
