-- One row per raw row of every portfolio, still text; an empty field or a text meaning "no value" is null.
{%- do check_settings() %}
{%- set numbers = additional_numbers() | map(attribute='name') | list %}
{%- set texts = staged_columns() + numbers %}
with unioned as (
    {%- for portfolio in switched_on_portfolios() %}
    {%- set own = additional_attributes(portfolio) %}
    {%- set without = portfolio_option(portfolio, 'without') + numbers | reject('in', own) | list %}
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
    from {{ ref('stg_' ~ portfolio ~ '__clients') }}
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
