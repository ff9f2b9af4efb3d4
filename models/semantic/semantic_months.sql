-- One row per portfolio × snapshot: its clients, those of known churn, the churned ones, and who left and came since the snapshot before;
-- of a portfolio without dates one row, of the one extract there is.
with portfolios as (
    select * from {{ ref('portfolios') }}
),

rates as (
    select * from {{ ref('churn_rates') }}
    where dimension_name = 'all'
),

{% if has_months() -%}
trend as (
    select * from {{ ref('churn_trend') }}
    where attribute = 'all'
),

snapshots as (
    select * from {{ ref('snapshots') }}
),

flow as (
    select * from {{ ref('client_flow') }}
    where attribute = 'all'
),

dated as (
    select
        snapshots.portfolio,
        snapshots.snapshot_date,
        snapshots.client_count,
        trend.client_count as known_churn_count,
        trend.churned_count,
        flow.at_start,
        flow.leaver_count,
        flow.joined_count,
        flow.returned_count
    from snapshots
    left join trend
        on snapshots.portfolio = trend.portfolio and snapshots.snapshot_date = trend.snapshot_date
    left join flow
        on snapshots.portfolio = flow.portfolio and snapshots.snapshot_date = flow.period_end
),

undated as (
    select portfolios.*
    from portfolios
    left join snapshots on portfolios.portfolio = snapshots.portfolio
    where snapshots.portfolio is null
),
{%- else -%}
undated as (
    select * from portfolios
),
{%- endif %}

months as (
    select
        undated.portfolio,
        {{ snapshot_date() }} as snapshot_date,
        undated.client_count,
        coalesce(rates.client_count, 0) as known_churn_count,
        coalesce(rates.churned_count, 0) as churned_count,
        cast(null as bigint) as at_start,
        cast(null as bigint) as leaver_count,
        cast(null as bigint) as joined_count,
        cast(null as bigint) as returned_count
    from undated
    left join rates on undated.portfolio = rates.portfolio
    {%- if has_months() %}
    union all
    select * from dated
    {%- endif %}
),

final as (
    select
        *,
        md5(concat_ws('|', portfolio, cast(snapshot_date as {{ dbt.type_string() }}))) as month_key
    from months
)

select * from final
