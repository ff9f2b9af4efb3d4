-- One row per raw row of every portfolio, still text; an empty field or a text meaning "no value" is null.
{%- do check_settings() %}
{%- set texts = [
    'client_id', 'city', 'gender', 'age', 'credit_score', 'property_points', 'balance', 'product_count',
    'has_credit_card', 'is_active', 'estimated_salary', 'is_churned',
] %}
with unioned as (
    {%- for portfolio in var('portfolios') %}
    select * from {{ ref('stg_' ~ portfolio ~ '__clients') }}
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
        row_problem
    from unioned
)

select * from emptied
