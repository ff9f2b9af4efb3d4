-- One row per portfolio × attribute of the model: how much it moves the log-odds, on average over the training clients.
{{ config(materialized='table') }}

with terms as (
    select * from {{ ref('int_churn_model_terms') }}
),

-- The contribution of a pair belongs to both of its attributes by half, that of a triple by a third to each.
shared as (
    {%- for place in [1, 2, 3] %}
    select
        portfolio,
        feature_{{ place }} as feature,
        mean_abs_contribution / case when feature_3 is not null then 3 when feature_2 is not null then 2 else 1 end
            as importance
    from terms
    where feature_{{ place }} is not null
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
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
