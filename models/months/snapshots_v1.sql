-- One row per portfolio × snapshot: how many rows and clients it held, what it lacked, how long after the one before.
{{ config(enabled=has_months()) }}
{%- set columns = month_columns() %}
with ledger as (
    select * from {{ ref('loaded_snapshots') }}
),

periods as (
    select * from {{ ref('int_periods') }}
),

counts as (
    select
        portfolio,
        snapshot_date,
        case attribute
            {%- for name, column in columns.items() %}
            when '{{ column }}' then '{{ name }}'
            {%- endfor %}
        end as attribute,
        cast(sum(case when attribute_value = 'unknown' then client_count else 0 end) as double) / sum(client_count)
            as missing_share
    from {{ ref('int_month_counts') }}
    where
        attribute in (
            {%- for column in columns.values() %}
            '{{ column }}'{{ ',' if not loop.last }}
            {%- endfor %}
        )
        and not {{ lacks_attribute('portfolio', 'attribute') }}
    group by portfolio, snapshot_date, attribute
),

gaps as (
    select
        *,
        row_number() over (partition by portfolio, snapshot_date order by missing_share desc, attribute asc) as place,
        avg(missing_share) over (partition by portfolio, snapshot_date) as mean_missing_share
    from counts
),

doubtful as (
    select
        portfolio,
        snapshot_date,
        sum(case when attribute = 'id_in_two_cities' and attribute_value = 'true' then client_count else 0 end)
            as clashing_count
    from {{ ref('int_month_counts') }}
    group by portfolio, snapshot_date
),

reused as (
    select
        portfolio,
        snapshot_date,
        sum(case when attribute = 'id_is_reused' and from_value = 'true' then client_count else 0 end) as reused_count
    from {{ ref('int_period_transitions') }}
    group by portfolio, snapshot_date
),

final as (
    select
        ledger.portfolio,
        ledger.snapshot_date,
        periods.snapshot_number,
        periods.period_start as previous_date,
        periods.day_count as days_since_previous,
        periods.is_latest,
        ledger.raw_row_count,
        ledger.client_count,
        ledger.rejected_row_count,
        ledger.churned_count,
        gaps.mean_missing_share as missing_share,
        gaps.attribute as most_missing_attribute,
        gaps.missing_share as most_missing_share,
        cast(coalesce(doubtful.clashing_count, 0) as bigint) as ids_in_two_cities,
        cast(coalesce(reused.reused_count, 0) as bigint) as reused_ids,
        coalesce({{ is_tiny('ledger.client_count') }}, false) as is_suppressed,
        ledger.data_origin
    from ledger
    inner join periods on ledger.portfolio = periods.portfolio and ledger.snapshot_date = periods.period_end
    left join gaps
        on ledger.portfolio = gaps.portfolio and ledger.snapshot_date = gaps.snapshot_date and gaps.place = 1
    left join doubtful on ledger.portfolio = doubtful.portfolio and ledger.snapshot_date = doubtful.snapshot_date
    left join reused on ledger.portfolio = reused.portfolio and ledger.snapshot_date = reused.snapshot_date
)

select * from final
