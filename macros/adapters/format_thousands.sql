{# A whole number as text with no-break spaces between thousands, as both languages' readers understand it. #}
{% macro format_thousands(column) -%}
    {{ return(adapter.dispatch('format_thousands', 'bank_churn')(column)) }}
{%- endmacro %}

{% macro default__format_thousands(column) -%}
    replace(format_number({{ column }}, 0), ',', ' ')
{%- endmacro %}

{% macro duckdb__format_thousands(column) -%}
    replace(format('{:,.0f}', cast({{ column }} as double)), ',', ' ')
{%- endmacro %}
