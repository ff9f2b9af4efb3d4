-- One row per portfolio × product × group of clients who have not left, by one attribute or by two: how many hold the
-- product, in one random half and in the other.
-- sqlfluff:exclude_rules:structure.column_order,ambiguous.column_count,layout.indent,layout.long_lines
{{ config(materialized='table') }}
{%- set products = held_products() %}
{#- Pairs are those of the attributes that all banks may have; of a bank's own the single ones are looked at. The number
    of products and the credit card say what is held, not what a client is like. #}
{%- set dimensions = attribute_names('rates') | select('in', attribute_names('search'))
    | reject('in', ['product_count', 'has_credit_card']) | list %}
{%- set holdings = [] %}
{%- for product in products %}{%- do holdings.append(holding_name(product)) %}{%- endfor %}
{%- set own = client_attributes() | selectattr('is_additional') | map(attribute='name') | list %}
{%- set paired = dimensions | reject('in', own) | list %}
with cells as (
    select
        *,
        half_known_churn_count - half_churned_count as half_count,
        known_churn_count - churned_count as stayed_count
    from {{ ref('churn_cells') }}
    where false
    {%- for bank in switched_on_portfolios() if held_products(bank) %}
    or portfolio = '{{ bank }}'
    {%- endfor %}
),

{%- if products %}

counted as (
    select
        portfolio,
        {%- for name in dimensions %}
        case when grouping({{ name }}) = 0 then '{{ name }}' end as {{ name }}_name,
        case when grouping({{ name }}) = 0 then {{ name }} end as {{ name }}_value,
        {%- endfor %}
        {%- for product in products %}
        {%- set held = holding_name(product) %}
        sum(case when {{ held }} = 'true' then half_count else 0 end) as half_{{ held }},
        sum(case when {{ held }} = 'true' then stayed_count else 0 end) as all_{{ held }},
        sum(case when {{ held }} <> 'unknown' then half_count else 0 end) as half_known_{{ held }},
        sum(case when {{ held }} <> 'unknown' then stayed_count else 0 end) as all_known_{{ held }}{{ ',' if not loop.last }}
        {%- endfor %}
    from cells
    group by grouping sets ( -- noqa: PRS
        {{ singles_and_pairs(dimensions, paired) }}
    )
),

-- With one attribute, the first and the last name are the same.
placed as (
    select
        *,
        {%- for part in ['name', 'value'] %}
        {%- for place, order in [('first', dimensions), ('last', dimensions | reverse | list)] %}
        coalesce({% for name in order %}{{ name }}_{{ part }}, {% endfor %}'all') as {{ place }}_{{ part }}{{ ',' if not (part == 'value' and place == 'last') }}
        {%- endfor %}
        {%- endfor %}
    from counted
),

stacked as (
    {%- for product in products %}
    {%- set held = holding_name(product) %}
    select
        portfolio,
        '{{ product }}' as product_code,
        first_name as attribute_1,
        first_value as value_1,
        case when first_name <> last_name then last_name end as attribute_2,
        case when first_name <> last_name then last_value end as value_2,
        cast(half_known_{{ held }} as bigint) as half_client_count,
        cast(half_{{ held }} as bigint) as half_holder_count,
        cast(all_known_{{ held }} - half_known_{{ held }} as bigint) as other_client_count,
        cast(all_{{ held }} - half_{{ held }} as bigint) as other_holder_count
    from placed
    where
        all_known_{{ held }} > 0
        and first_name <> '{{ held }}'
        -- To lack one product is no likeness: of as many products the others are held more often.
        and not (first_value = 'false' and first_name in ('{{ holdings | join("', '") }}'))
        and first_value <> 'unknown'
        and last_value <> 'unknown'
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
)
{%- else %}

stacked as (
    select
        portfolio,
        'none' as product_code,
        'all' as attribute_1,
        'all' as value_1,
        cast(null as {{ dbt.type_string() }}) as attribute_2,
        cast(null as {{ dbt.type_string() }}) as value_2,
        cast(half_count as bigint) as half_client_count,
        cast(half_count as bigint) as half_holder_count,
        cast(stayed_count as bigint) as other_client_count,
        cast(stayed_count as bigint) as other_holder_count
    from cells
)
{%- endif %}

select * from stacked
