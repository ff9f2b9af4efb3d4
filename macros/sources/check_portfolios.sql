{# Stops the build when every portfolio of var `portfolios` is switched off. #}
{% macro check_portfolios() %}
    {%- set locations = [] -%}
    {%- for portfolio in var('portfolios') -%}
        {%- do locations.append(portfolio_location(portfolio)) -%}
    {%- endfor -%}
    {%- if execute and not locations | select | list -%}
        {%- do exceptions.raise_compiler_error('Every portfolio is switched off: set METANPROM_CLIENTS or '
            ~ 'BANK_SCROOGE_CLIENTS to an extract, or unset one to use demo data.') -%}
    {%- endif -%}
{% endmacro %}
