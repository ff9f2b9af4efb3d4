-- One row per cell of clients: how many have not left, and the income that could be saved among them.
{{ config(materialized='table') }}

with client_values as (
    select * from {{ ref('int_client_values') }}
),

-- Whole hundredths are summed: sums of fractions differ from run to run.
final as (
    select
        portfolio,
        cell_id,
        cast(count(*) as bigint) as remaining_count,
        cast(sum(cast(round(100 * value_to_save) as bigint)) as bigint) as value_to_save_e2
    from client_values
    group by portfolio, cell_id
)

select * from final
