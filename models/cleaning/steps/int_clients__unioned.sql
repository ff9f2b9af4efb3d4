-- One row per raw row of every portfolio, still text; an empty field or a text meaning "no value" is null.
-- sqlfluff:exclude_rules:layout.indent,layout.long_lines,structure.unused_cte,layout.select_targets
{{ config(materialized=row_level()) }}
{%- do check_settings() %}
{%- set typed = additional_typed() | map(attribute='name') | list %}
{%- set texts = staged_columns() + typed %}
with holdings as (
    select * from {{ ref('int_holdings__wide') }}
),
{%- for portfolio in switched_on_portfolios() %}
{%- set held = held_products(portfolio, ['list', 'file']) %}
{%- if held %}
{%- set form = portfolio_option(portfolio, 'holdings')['form'] %}

{{ portfolio }}_holders as (
    select
        *,
        {{ empty_to_null('client_id') if form == 'file' else holder_of_row() }} as holder
    from {{ ref('stg_' ~ portfolio ~ '__clients') }}
),
{%- endif %}

{{ portfolio }} as (
    {%- if held %}
    select
        holders.*
        {#- What is not stated to be held is not held; in a month of which nobody says anything it is not known. #}
        {%- for product in held %},
        {{ "coalesce(holdings." ~ holding_name(product) ~ ", '0')" if knows_holdings(portfolio)
            else 'cast(null as ' ~ dbt.type_string() ~ ')' }} as {{ holding_name(product) }}
        {%- endfor %}
    from {{ portfolio }}_holders as holders
    left join holdings
        on
            holdings.portfolio = '{{ portfolio }}'
            and holdings.holder = {{ clean_id('holders.holder') if form == 'file' else 'holders.holder' }}
    {%- else %}
    select * from {{ ref('stg_' ~ portfolio ~ '__clients') }}
    {%- endif %}
),
{%- endfor %}

unioned as (
    {%- for portfolio in switched_on_portfolios() %}
    {%- set own = additional_attributes(portfolio) %}
    {%- set counted = ['product_count'] if portfolio_option(portfolio, 'product_count') else [] %}
    {%- set without = portfolio_option(portfolio, 'without') + counted + (typed | reject('in', own) | list) %}
    {%- set given = {} %}
    {%- for name in own %}{% do given.update({name: empty_to_null(name)}) %}{% endfor %}
    select
        portfolio,
        source_file,
        source_row_number,
        raw_line,
        {%- for text in texts %}
        {{ 'cast(null as ' ~ dbt.type_string() ~ ') as ' if text in without }}{{ text }},
        {%- endfor %}
        {{ attributes_as_json(given) | indent(8) }} as additional_attributes,
        row_problem
    from {{ portfolio }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

emptied as (
    select
        portfolio,
        source_file,
        source_row_number,
        raw_line,
        {%- for text in texts %}
        {{ empty_to_null(text) }} as {{ text }},
        {%- endfor %}
        additional_attributes,
        row_problem
    from unioned
),

-- An id is the same however the file's program wrote it.
final as (
    select
        portfolio,
        source_file,
        source_row_number,
        raw_line,
        {%- for text in texts %}
        {{ clean_id(text) ~ ' as ' if text == 'client_id' }}{{ text }},
        {%- endfor %}
        additional_attributes,
        row_problem
    from emptied
)

select * from final
