-- One row per portfolio: its churn model, what it was trained on and what it is made of, or why there is none.
with metadata as (
    select * from {{ ref('int_churn_model_metadata') }}
),

terms as (
    select * from {{ ref('int_churn_model_terms') }}
),

counted as (
    select
        portfolio,
        cast(count(case when feature_2 is null then 1 end) as bigint) as attribute_count,
        cast(count(case when feature_2 is not null and feature_3 is null then 1 end) as bigint) as pair_count,
        cast(count(feature_3) as bigint) as triple_count,
        cast(sum(cell_count) as bigint) as cell_count
    from terms
    group by portfolio
),

final as (
    select
        metadata.portfolio,
        metadata.model_version,
        metadata.fingerprint,
        metadata.churn_definition,
        metadata.horizon_days,
        metadata.trained_client_count,
        metadata.trained_churned_count,
        metadata.model_attributes,
        counted.attribute_count,
        counted.pair_count,
        counted.triple_count,
        counted.cell_count,
        metadata.triples_gain,
        metadata.triples_gain_error,
        metadata.model_settings,
        metadata.no_score_reason,
        coalesce({{ is_tiny('metadata.trained_client_count') }}, false) as is_suppressed,
        {{ data_origin_of('metadata.portfolio') }} as data_origin
    from metadata
    left join counted on metadata.portfolio = counted.portfolio
)

select * from final
