-- One row per client to think of keeping, narrow: codes and what cannot be computed; `retention_list` puts it into
-- words.
{{ config(materialized='table') }}

with candidates as (
    select * from {{ ref('int_retention_candidates') }}
),

models as (
    select * from {{ ref('int_churn_model_metadata') }}
),

next_products as (
    select * from {{ ref('int_next_product_cells') }}
),

final as (
    select
        candidates.portfolio,
        cast(
            row_number() over (
                partition by candidates.portfolio
                order by
                    candidates.expected_net_value desc nulls last,
                    candidates.value_to_save desc nulls last,
                    candidates.client_key asc
            ) as bigint
        ) as priority,
        candidates.client_key,
        candidates.client_id,
        candidates.city,
        candidates.segment_code,
        candidates.product_count,
        candidates.balance,
        candidates.group_cell_id,
        candidates.is_high_risk,
        candidates.churn_probability,
        candidates.risk_band,
        models.churn_definition,
        models.horizon_days,
        candidates.reason_set,
        candidates.offer_code,
        next_products.product_code,
        candidates.value_at_risk,
        candidates.income_horizon,
        case when candidates.is_value_capped then candidates.counted_value end as capped_value,
        {{ data_origin_of('candidates.portfolio') }} as data_origin
    from candidates
    left join models on candidates.portfolio = models.portfolio
    left join next_products
        on case when candidates.offer_code = 'next_product' then candidates.cell_id end = next_products.cell_id
)

select * from final
