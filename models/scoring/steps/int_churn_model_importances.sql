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

final as (
    select
        portfolio,
        feature,
        case feature
            when 'age' then 'age_band'
            when 'credit_score' then 'credit_score_band'
            when 'property_points' then 'property_band'
            when 'balance' then 'balance_band'
            when 'estimated_salary' then 'salary_band'
            else feature
        end as attribute,
        cast(sum(cast(round(importance * 1e12) as bigint)) as double) / 1e12 as model_importance
    from shared
    group by portfolio, feature
)

select
    *,
    row_number() over (partition by portfolio order by model_importance desc, attribute asc) as model_rank
from final
