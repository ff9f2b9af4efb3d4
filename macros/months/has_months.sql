{# Whether the extracts of any portfolio that is switched on have dates: without one there is no history, and no model of it. #}
{% macro has_months() %}
    {%- set dated = [] -%}
    {%- for portfolio in switched_on_portfolios() if portfolio_option(portfolio, 'snapshots') -%}
        {%- do dated.append(portfolio) -%}
    {%- endfor -%}
    {{ return(dated | length > 0) }}
{% endmacro %}
