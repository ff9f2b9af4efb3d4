-- One row per portfolio × verdict on raw rows: the reasons to reject them, or what is observed about the clients.
-- Few verdicts exist, so whatever counts raw rows reads this, and the rows are judged once for all.
{{ config(materialized='table') }}

with judged as (
    select * from {{ ref('int_clients__judged') }}
),

observed as (
    select
        portfolio,
        reason_codes,
        case
            when reason_codes = ''
                then concat_ws(
                    ',',
                    case when not city_is_known and city is not null then 'city_not_in_seed' end,
                    case when city is null then 'city_missing' end,
                    case when gender is null then 'gender_missing' end,
                    case when age is null then 'age_missing' end,
                    case when credit_score is null then 'credit_score_missing' end,
                    case when property_points is null then 'property_points_missing' end,
                    case when balance is null then 'balance_missing' end,
                    case when product_count is null then 'product_count_missing' end,
                    case when has_credit_card is null then 'has_credit_card_missing' end,
                    case when is_active is null then 'is_active_missing' end,
                    case when estimated_salary is null then 'estimated_salary_missing' end,
                    case when is_churned is null then 'churn_unknown' end,
                    {%- for name in additional_attributes() %}
                    case
                        when {{ attribute_from_json('additional_attributes', name) }} is null
                            then '{{ name }}_missing'
                    end,
                    {%- endfor %}
                    case when duplicate_kind is not null then 'same_id_in_two_cities' end,
                    case when duplicate_kind = 'likely_same_person' then 'likely_same_person' end
                )
            else ''
        end as observation_codes,
        churn_flag
    from judged
),

final as (
    select
        portfolio,
        reason_codes,
        observation_codes,
        cast(count(*) as bigint) as row_count,
        cast(count(*) filter (where churn_flag) as bigint) as churned_count
    from observed
    group by portfolio, reason_codes, observation_codes
)

select * from final
