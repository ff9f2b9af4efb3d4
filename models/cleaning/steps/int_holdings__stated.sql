-- One row per statement that a client holds a product, from lists in a column and from second files: whose, which
-- product, and whether it is still held. A product that the bank's list of products does not name has no code.
-- sqlfluff:exclude_rules:layout.long_lines
{{ config(materialized='table') }}
{%- set banks = [] %}
{%- for bank in switched_on_portfolios() if (portfolio_option(bank, 'holdings') or {})['form'] in ['list', 'file'] %}
{%- do banks.append(bank) %}
{%- endfor %}

with stated as (
    {%- for bank in banks %}
    {%- set id = clean_id(empty_to_null('holder')) if portfolio_option(bank, 'holdings')['form'] == 'file'
        else 'cast(null as ' ~ dbt.type_string() ~ ')' %}
    select
        portfolio,
        source_file,
        {{ id }} as client_id,
        coalesce({{ id }}, holder) as holder,
        {{ empty_to_null('product') }} as product,
        {{ empty_to_null('closed') }} as closed
    from {{ ref('stg_' ~ bank ~ '__holdings') }}
    union all
    {%- endfor %}
    select
        cast(null as {{ dbt.type_string() }}) as portfolio,
        cast(null as {{ dbt.type_string() }}) as source_file,
        cast(null as {{ dbt.type_string() }}) as client_id,
        cast(null as {{ dbt.type_string() }}) as holder,
        cast(null as {{ dbt.type_string() }}) as product,
        cast(null as {{ dbt.type_string() }}) as closed
    where false
),

spellings as (
    select distinct
        {{ normalise_spelling('spelling') }} as spelling,
        product_code
    from {{ ref('product_spellings') }}
),

final as (
    select
        stated.portfolio,
        stated.source_file,
        stated.client_id,
        stated.holder,
        stated.product,
        case
            {%- for bank in banks if held_products(bank) %}
            when
                stated.portfolio = '{{ bank }}'
                and spellings.product_code in ('{{ held_products(bank) | join("', '") }}')
                then spellings.product_code
            {%- else %}
            when false then spellings.product_code
            {%- endfor %}
        end as product_code,
        stated.closed is null as is_held
    from stated
    left join spellings on {{ normalise_spelling('stated.product') }} = spellings.spelling
    where stated.product is not null
)

select * from final
