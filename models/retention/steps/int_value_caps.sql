-- One row per portfolio: as how much the income of one client counts at most. A step of its own: the clients are read
-- twice rather than kept in memory for it.
{{ config(materialized='table') }}

with clients as (
    select * from {{ ref('int_client_incomes') }}
),

-- Whole hundredths are summed: sums of fractions differ from run to run.
final as (
    select
        portfolio,
        {{ var('max_value_multiple') }}e0
        * cast(sum(cast(round(100 * value_at_risk) as bigint)) as double) / count(*) / 100 as value_cap
    from clients
    group by portfolio
)

select * from final
