-- One row per portfolio × first snapshot of clients × later snapshot: how many of those who came then are clients
-- still.
-- sqlfluff:exclude_rules:layout.long_lines,convention.casting_style
{{ config(enabled=has_months()) }}

with counts as (
    select * from {{ ref('int_cohort_counts') }}
),

periods as (
    select * from {{ ref('int_periods') }}
),

cohorts as (
    select
        counts.portfolio,
        counts.first_date,
        counts.client_count as cohort_size,
        periods.snapshot_number as first_number
    from counts
    inner join periods on counts.portfolio = periods.portfolio and counts.first_date = periods.period_end
    where counts.first_date = counts.snapshot_date
),

-- A cohort of whom nobody is left has a row too.
spanned as (
    select
        cohorts.*,
        periods.period_end as snapshot_date,
        cast(periods.snapshot_number - cohorts.first_number as integer) as periods_since,
        cast({{ dbt.datediff('cohorts.first_date', 'periods.period_end', 'day') }} as integer) as days_since
    from cohorts
    inner join periods on cohorts.portfolio = periods.portfolio and cohorts.first_date <= periods.period_end
),

final as (
    select
        spanned.portfolio,
        spanned.first_date,
        spanned.snapshot_date,
        spanned.periods_since,
        spanned.days_since,
        spanned.first_number = 1 as is_left_truncated,
        spanned.cohort_size,
        cast(coalesce(counts.client_count, 0) as bigint) as client_count,
        cast(coalesce(counts.client_count, 0) as double) / spanned.cohort_size as still_share,
        {{ wilson_bound('coalesce(counts.client_count, 0)', 'spanned.cohort_size', 'low') }} as ci_low,
        {{ wilson_bound('coalesce(counts.client_count, 0)', 'spanned.cohort_size', 'high') }} as ci_high,
        {{ is_tiny('spanned.cohort_size') }} or {{ is_tiny('coalesce(counts.client_count, 0)') }}
            as is_suppressed,
        {{ data_origin_of('spanned.portfolio') }} as data_origin
    from spanned
    left join counts
        on
            spanned.portfolio = counts.portfolio
            and spanned.first_date = counts.first_date
            and spanned.snapshot_date = counts.snapshot_date
)

select * from final
