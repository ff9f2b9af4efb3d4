{# The data origin of the portfolio named in a column: see `data_origin`. #}
{% macro data_origin_of(column) -%}
    {%- set origins = {} -%}
    {%- for portfolio in switched_on_portfolios() -%}
        {%- do origins.update({portfolio: data_origin(portfolio)}) -%}
    {%- endfor -%}
    {{ by_portfolio(column, origins) }}
{%- endmacro %}
