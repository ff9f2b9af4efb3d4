-- One row per cell of clients: the set of offers that they can get.
{{ config(materialized='table') }}

with cells as (
    select * from {{ ref('churn_cells') }}
),

offers as (
    select * from {{ ref('int_offers') }}
),

conditions as (
    select * from {{ ref('int_offer_conditions') }}
),

compared as (
    select
        cells.cell_id,
        conditions.offer_code,
        conditions.allowed_values,
        case conditions.attribute
            {%- for attribute in churn_attributes() %}
            when '{{ attribute }}' then cells.{{ attribute }}
            {%- endfor %}
        end as cell_value
    from cells
    inner join conditions on cells.portfolio = conditions.portfolio
),

-- A condition that a cell does not meet keeps the offer from it; an offer without conditions is for everybody.
refused as (
    select distinct
        cell_id,
        offer_code
    from compared
    where not coalesce({{ is_in_groups('cell_value', 'allowed_values') }}, false)
),

eligible as (
    select
        cells.portfolio,
        cells.cell_id,
        offers.offer_code,
        offers.offer_order
    from cells
    inner join offers on cells.portfolio = offers.portfolio
    left join refused on cells.cell_id = refused.cell_id and offers.offer_code = refused.offer_code
    where refused.cell_id is null
),

-- Few sets of offers exist: a client is joined to one of them, and the set to its offers.
final as (
    select
        portfolio,
        cell_id,
        {{ dbt.listagg('offer_code', "'|'", 'order by offer_order') }} as offer_set
    from eligible
    group by portfolio, cell_id
)

select * from final
