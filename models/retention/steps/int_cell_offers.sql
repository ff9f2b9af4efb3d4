-- One row per cell of clients: the set of offers that they can get.
{{ config(materialized='table') }}

with cells as (
    select * from {{ ref('int_offer_cells') }}
),

offers as (
    select * from {{ ref('int_offers') }}
),

-- Few sets of offers exist: a client is joined to one of them, and the set to its offers.
final as (
    select
        cells.portfolio,
        cells.cell_id,
        {{ dbt.listagg('cells.offer_code', "'|'", 'order by offers.offer_order') }} as offer_set
    from cells
    inner join offers on cells.portfolio = offers.portfolio and cells.offer_code = offers.offer_code
    group by cells.portfolio, cells.cell_id
)

select * from final
