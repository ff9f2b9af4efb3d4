{# A whole number as text with its thousands apart: no-break spaces in Russian, commas in English. #}
{% macro format_thousands(column, language) -%}
    {{ return(adapter.dispatch('format_thousands', 'bank_churn')(column, language)) }}
{%- endmacro %}

{% macro default__format_thousands(column, language) -%}
    {%- set text = 'format_number(' ~ column ~ ', 0)' -%}
    {{ 'replace(' ~ text ~ ", ',', ' ')" if language == 'ru' else text }}
{%- endmacro %}

{% macro duckdb__format_thousands(column, language) -%}
    {%- set text = "format('{:,.0f}', cast(" ~ column ~ ' as double))' -%}
    {{ 'replace(' ~ text ~ ", ',', ' ')" if language == 'ru' else text }}
{%- endmacro %}
