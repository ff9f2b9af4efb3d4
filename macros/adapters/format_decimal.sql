{# A number as text with a fixed number of digits after the point. #}
{% macro format_decimal(column, decimals) -%}
    {{ return(adapter.dispatch('format_decimal', 'bank_churn')(column, decimals)) }}
{%- endmacro %}

{% macro default__format_decimal(column, decimals) -%}
    replace(format_number({{ column }}, {{ decimals }}), ',', '')
{%- endmacro %}

{% macro duckdb__format_decimal(column, decimals) -%}
    format('{:.{{ decimals }}f}', {{ column }})
{%- endmacro %}
