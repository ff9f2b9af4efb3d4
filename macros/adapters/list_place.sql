{# The position of a value in a list, counted from 1; null when it is not there. #}
{% macro list_place(items, value) -%}
    {{ return(adapter.dispatch('list_place', 'bank_churn')(items, value)) }}
{%- endmacro %}

{% macro default__list_place(items, value) -%}
    nullif(array_position({{ items }}, {{ value }}), 0)
{%- endmacro %}

{% macro duckdb__list_place(items, value) -%}
    nullif(list_position({{ items }}, {{ value }}), 0)
{%- endmacro %}
