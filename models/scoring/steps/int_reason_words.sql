-- One row per portfolio × cell of a term: what a client in it is like, in words; a reason of `client_churn_scores`.
{{ config(materialized='table') }}

with cells as (
    select * from {{ ref('int_churn_model_cells') }}
),

final as (
    select
        portfolio,
        cast(cell_number as integer) as cell_number,
        coalesce(reason_ru, '') as reason_ru,
        coalesce(reason_en, '') as reason_en
    from cells
)

select * from final
