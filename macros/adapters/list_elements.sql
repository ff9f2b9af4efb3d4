{# The parts of a text between separators, a row each; one sign that means nothing inside the brackets of a pattern. #}
{% macro list_elements(column, separator) -%}
    {{ return(adapter.dispatch('list_elements', 'bank_churn')(column, separator)) }}
{%- endmacro %}

{% macro default__list_elements(column, separator) -%}
    explode(split({{ column }}, '[{{ separator }}]'))
{%- endmacro %}

{% macro duckdb__list_elements(column, separator) -%}
    unnest(string_split({{ column }}, '{{ separator }}'))
{%- endmacro %}
