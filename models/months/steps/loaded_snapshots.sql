-- One row per portfolio × snapshot that history holds, written when all that is kept of it has been: the ledger of
-- months.
-- depends_on: {{ ref('int_client_history') }}, {{ ref('int_first_seen') }}, {{ ref('int_period_transitions') }}
-- depends_on: {{ ref('int_cohort_counts') }}, {{ ref('int_tenure_counts') }}, {{ ref('int_month_counts') }}
{{ kept_by_month() }}
{%- set snapshots = snapshots_to_load() %}
with portfolios as (
    select * from {{ ref('portfolios') }}
),

loaded as (
    {%- for snapshot in snapshots %}
    select
        '{{ snapshot.portfolio }}' as portfolio,
        cast('{{ snapshot.date }}' as date) as snapshot_date,
        '{{ escape_quotes((snapshot.files or []) | join(", ")) }}' as files,
        '{{ snapshot.fingerprint }}' as fingerprint
    {{- '\n    union all' if not loop.last }}
    {%- else %}
    select
        cast(null as {{ dbt.type_string() }}) as portfolio,
        cast(null as date) as snapshot_date,
        cast(null as {{ dbt.type_string() }}) as files,
        cast(null as {{ dbt.type_string() }}) as fingerprint
    where 1 = 0
    {%- endfor %}
),

final as (
    select
        loaded.files,
        loaded.fingerprint,
        portfolios.raw_row_count,
        portfolios.client_count,
        portfolios.rejected_row_count,
        portfolios.churned_count,
        portfolios.data_origin,
        {{ dbt.current_timestamp() }} as loaded_at,
        loaded.portfolio,
        loaded.snapshot_date
    from loaded
    inner join portfolios on loaded.portfolio = portfolios.portfolio
)

select * from final
