-- One row per raw row, typed with safe casts; every broken rule is one code in rule_codes (empty = clean).
{{ config(materialized=row_level()) }}
{%- set numbers = supplied_attributes(['whole_number', 'amount']) %}
{%- set flags = supplied_attributes(['yes_no']) %}

-- A city's spelling is looked for in two places: folded once.
with unioned as (
    select
        texts.*,
        {{ normalise_spelling('texts.city') }} as city_spelling
    from {{ ref('int_clients__unioned') }} as texts
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
        {%- for number in numbers %}
        {%- set counting = portfolios_with('product_count', 'holdings') if number.name == 'product_count' else [] %}
        {%- if counting %}
        case
            when unioned.portfolio in ({{ counting | join(', ') }}) and unioned.row_problem is null
                then cast({{ holding_count('unioned.portfolio', '{name}_flags.value') }} as double)
            else {{ to_number('unioned.' ~ number.name) }}
        end as {{ number.name }}_number,
        {%- else %}
        {{ to_number('unioned.' ~ number.name) }} as {{ number.name }}_number,
        {%- endif %}
        {%- endfor %}
        {%- set banks = portfolios_with('empty_churn', 'stayed') %}
        {%- for flag in flags %}
        {%- if flag.name == 'is_churned' and banks %}
        case
            when
                unioned.is_churned is null and unioned.row_problem is null
                and unioned.portfolio in ({{ banks | join(', ') }})
                then false
            else is_churned_flags.value
        end as is_churned_flag,
        {%- else %}
        {{ flag.name }}_flags.value as {{ flag.name }}_flag,
        {%- endif %}
        {%- endfor %}
        coalesce(cities.city, city_spellings.city, unioned.city) as known_city,
        coalesce(cities.city, unioned.city_spelling, '') as city_key,
        cities.city is not null as city_is_known,
        genders.gender as known_gender
    from unioned
    left join cities on unioned.city_spelling = cities.spelling
    left join city_spellings
        on unioned.portfolio = city_spellings.portfolio and unioned.city_spelling = city_spellings.city_key
    left join genders on {{ normalise_spelling('unioned.gender') }} = genders.spelling
    {%- for flag in flags %}
    left join flags as {{ flag.name }}_flags
        on {{ flag_spelling('unioned.' ~ flag.name) }} = {{ flag.name }}_flags.spelling
    {%- endfor %}
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
            {%- for number in numbers %}
            {{ number_problem(number) }},
            {%- endfor %}
            {%- for flag in flags %}
            case when {{ flag.name }} is not null and {{ flag.name }}_flag is null then '{{ flag.name }}_unknown' end
            {{- ',' if not loop.last }}
            {%- endfor %}
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
