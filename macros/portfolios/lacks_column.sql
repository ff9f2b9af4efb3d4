{# Whether the bank named in a column goes without one of the columns of `clients`, as var `portfolios` declares. #}
{% macro lacks_column(portfolio, column) -%}
    {%- set lacking = [] -%}
    {%- for bank in switched_on_portfolios() if column in portfolio_option(bank, 'without') -%}
        {%- do lacking.append("'" ~ bank ~ "'") -%}
    {%- endfor -%}
    {{ 'coalesce(' ~ portfolio ~ ' in (' ~ lacking | join(', ') ~ '), false)' if lacking else 'false' }}
{%- endmacro %}
