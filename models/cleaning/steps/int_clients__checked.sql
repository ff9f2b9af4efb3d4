-- One row per raw row, typed with safe casts; every broken rule is one code in rule_codes (empty = clean).
{{ config(materialized=row_level()) }}

with unioned as (
    select * from {{ ref('int_clients__unioned') }}
),

cities as (
    select distinct
        {{ normalise_spelling('spelling') }} as spelling,
        city
    from {{ ref('cities') }}
),

city_spellings as (
    select * from {{ ref('int_clients__city_spellings') }}
),

genders as (
    select distinct
        {{ normalise_spelling('spelling') }} as spelling,
        gender
    from {{ ref('genders') }}
),

flags as (
    select distinct
        {{ flag_spelling('spelling') }} as spelling,
        value
    from {{ ref('flags') }}
),

parsed as (
    select
        unioned.*,
        {{ to_number('unioned.age') }} as age_number,
        {{ to_number('unioned.credit_score') }} as credit_score_number,
        {{ to_number('unioned.property_points') }} as property_points_number,
        {{ to_number('unioned.balance') }} as balance_number,
        {{ to_number('unioned.product_count') }} as product_count_number,
        {{ to_number('unioned.estimated_salary') }} as estimated_salary_number,
        coalesce(cities.city, city_spellings.city, unioned.city) as known_city,
        coalesce(cities.city, {{ normalise_spelling('unioned.city') }}, '') as city_key,
        cities.city is not null as city_is_known,
        genders.gender as known_gender,
        card_flags.value as card_flag,
        active_flags.value as active_flag,
        {%- set banks = portfolios_with('empty_churn', 'stayed') %}
        {%- if banks %}
        case
            when
                unioned.is_churned is null and unioned.row_problem is null
                and unioned.portfolio in ({{ banks | join(', ') }})
                then false
            else churn_flags.value
        end as churn_flag
        {%- else %}
        churn_flags.value as churn_flag
        {%- endif %}
    from unioned
    left join cities on {{ normalise_spelling('unioned.city') }} = cities.spelling
    left join city_spellings
        on
            unioned.portfolio = city_spellings.portfolio
            and {{ normalise_spelling('unioned.city') }} = city_spellings.city_key
    left join genders on {{ normalise_spelling('unioned.gender') }} = genders.spelling
    left join flags as card_flags on {{ flag_spelling('unioned.has_credit_card') }} = card_flags.spelling
    left join flags as active_flags on {{ flag_spelling('unioned.is_active') }} = active_flags.spelling
    left join flags as churn_flags on {{ flag_spelling('unioned.is_churned') }} = churn_flags.spelling
),

ruled as (
    select
        *,
        concat_ws(
            ',',
            row_problem,
            case when client_id is null and row_problem is null then 'client_id_empty' end,
            case when is_churned is null then {{ no_client() | indent(12) }} end,
            case when gender is not null and known_gender is null then 'gender_unknown' end,
            {{ number_problem('age') }},
            {{ number_problem('credit_score') }},
            {{ number_problem('property_points') }},
            {{ number_problem('balance', whole=false) }},
            {{ number_problem('product_count') }},
            {{ number_problem('estimated_salary', whole=false) }},
            case when has_credit_card is not null and card_flag is null then 'has_credit_card_unknown' end,
            case when is_active is not null and active_flag is null then 'is_active_unknown' end,
            case when is_churned is not null and churn_flag is null then 'is_churned_unknown' end
        ) as broken_rules
    from parsed
),

-- The study's cleaning leaves out clients without a balance before anything else looks at them.
checked as (
    select
        *,
        {% if var('cleaning_scenario') == 'drop_missing_balance' -%}
        case
            when broken_rules = '' and balance is null and not {{ lacks_column('portfolio', 'balance') }}
                then 'missing_balance_excluded'
            else broken_rules
        end
        {%- else -%}
        broken_rules
        {%- endif %} as rule_codes
    from ruled
)

select * from checked
