-- One row per portfolio × evaluation × model variant × share of clients contacted: the share of churn among them.
with twentieths as (
    select * from {{ ref('int_churn_model_twentieths') }}
),

cumulated as (
    select
        portfolio,
        evaluation,
        model_variant,
        twentieth,
        total_count,
        cast(sum(client_count) over up_to_here as bigint) as contacted_count,
        cast(sum(churned_count) over up_to_here as bigint) as churned_count,
        cast(sum(churned_count) over everyone as bigint) as total_churned_count
    from twentieths
    window
        everyone as (partition by portfolio, evaluation, model_variant),
        up_to_here as (
            partition by portfolio, evaluation, model_variant order by twentieth
            rows between unbounded preceding and current row
        )
),

metadata as (
    select * from {{ ref('int_churn_model_metadata') }}
),

final as (
    select
        cumulated.portfolio,
        cumulated.evaluation,
        cumulated.model_variant,
        cumulated.twentieth / 20e0 as share_contacted,
        cumulated.contacted_count,
        cumulated.churned_count,
        cast(cumulated.churned_count as double) / nullif(cumulated.total_churned_count, 0) as share_of_churn,
        cast(cumulated.churned_count as double) / cumulated.contacted_count as churn_rate,
        cast(cumulated.churned_count as double) * cumulated.total_count
        / nullif(cast(cumulated.contacted_count as double) * cumulated.total_churned_count, 0) as lift,
        cumulated.contacted_count < {{ var('min_group_size') }} as is_suppressed,
        metadata.model_version,
        {{ data_origin_of('cumulated.portfolio') }} as data_origin
    from cumulated
    inner join metadata on cumulated.portfolio = metadata.portfolio
)

select * from final
