-- One row per portfolio × attribute of the model: how much it moves the log-odds, on average over the training clients.
{{ config(materialized='table') }}

with terms as (
    select * from {{ ref('int_churn_model_terms') }}
),

-- The contribution of a pair belongs to both of its attributes by half.
shared as (
    select
        portfolio,
        feature_1 as feature,
        term_number,
        case when feature_2 is null then mean_abs_contribution else mean_abs_contribution / 2 end as importance
    from terms
    union all
    select
        portfolio,
        feature_2 as feature,
        term_number,
        mean_abs_contribution / 2 as importance
    from terms
    where feature_2 is not null
),

attributes as (
    select * from {{ ref('client_attributes') }}
),

final as (
    select
        shared.portfolio,
        shared.feature,
        coalesce(attributes.group_attribute, shared.feature) as attribute,
        cast(sum(cast(round(shared.importance * 1e12) as bigint)) as double) / 1e12 as model_importance
    from shared
    left join attributes on shared.feature = attributes.attribute
    group by shared.portfolio, shared.feature, coalesce(attributes.group_attribute, shared.feature)
)

select
    *,
    row_number() over (partition by portfolio order by model_importance desc, attribute asc) as model_rank
from final
