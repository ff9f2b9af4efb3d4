-- One row per portfolio × verdict on raw rows: the reasons to reject them, or what is observed about the clients.
-- Few verdicts exist, so whatever counts raw rows reads this.
{{ config(materialized='table') }}

with clients as (
    select * from {{ ref('clients') }}
),

rejected as (
    select * from {{ ref('int_clients__judged') }}
    where reason_codes <> ''
),

observed as (
    select
        portfolio,
        concat_ws(
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
        ) as observation_codes,
        is_churned
    from clients
),

final as (
    select
        portfolio,
        '' as reason_codes,
        observation_codes,
        cast(count(*) as bigint) as row_count,
        cast(count(*) filter (where is_churned) as bigint) as churned_count
    from observed
    group by portfolio, observation_codes
    union all
    select
        portfolio,
        reason_codes,
        '' as observation_codes,
        cast(count(*) as bigint) as row_count,
        cast(count(*) filter (where churn_flag) as bigint) as churned_count
    from rejected
    group by portfolio, reason_codes
)

select * from final
