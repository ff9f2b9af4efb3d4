{# A comma-separated text as a list. #}
{% macro split_codes(column) -%}
    {{ return(adapter.dispatch('split_codes', 'bank_churn')(column)) }}
{%- endmacro %}

{% macro default__split_codes(column) -%}
    split({{ column }}, ',')
{%- endmacro %}

{% macro duckdb__split_codes(column) -%}
    string_split({{ column }}, ',')
{%- endmacro %}
