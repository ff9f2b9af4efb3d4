-- One row per portfolio × verdict on raw rows: the reasons to reject them, or what is observed about the clients.
-- Few verdicts exist, so whatever counts raw rows reads this.
{{ config(materialized='table') }}

with clients as (
    {{ attributes_of_clients() }}
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
            {%- for attribute in supplied_attributes() if not attribute.required %}
            case when {{ attribute.name }} is null then '{{ attribute.name }}_missing' end,
            {%- endfor %}
            case when is_churned is null then 'churn_unknown' end,
            {%- if held_products() %}
            case
                when product_count <> {{ holding_count('portfolio', '{name}') }}
                    then 'product_count_differs_from_holdings'
            end,
            {%- endif %}
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
        cast(count(*) filter (where is_churned_flag) as bigint) as churned_count
    from rejected
    group by portfolio, reason_codes
)

select * from final
