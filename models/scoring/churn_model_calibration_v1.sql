-- One row per portfolio × evaluation × model variant × decile of predicted probability: predicted and observed churn.
with deciles as (
    select * from {{ ref('int_churn_model_deciles') }}
),

metadata as (
    select * from {{ ref('int_churn_model_metadata') }}
),

final as (
    select
        deciles.portfolio,
        deciles.evaluation,
        deciles.model_variant,
        deciles.decile,
        deciles.client_count,
        deciles.churned_count,
        deciles.mean_predicted,
        deciles.lowest_probability,
        deciles.highest_probability,
        deciles.churn_rate,
        {{ wilson_bound('deciles.churned_count', 'deciles.client_count', 'low') }} as ci_low,
        {{ wilson_bound('deciles.churned_count', 'deciles.client_count', 'high') }} as ci_high,
        deciles.churn_rate * deciles.total_count / nullif(deciles.total_churned_count, 0) as lift,
        deciles.client_count < {{ var('min_group_size') }} as is_suppressed,
        metadata.model_version,
        {{ data_origin_of('deciles.portfolio') }} as data_origin
    from deciles
    inner join metadata on deciles.portfolio = metadata.portfolio
)

select * from final
