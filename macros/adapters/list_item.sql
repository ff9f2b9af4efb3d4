{# The item of a list at a position, counted from 1. #}
{% macro list_item(items, position) -%}
    {{ return(adapter.dispatch('list_item', 'bank_churn')(items, position)) }}
{%- endmacro %}

{% macro default__list_item(items, position) -%}
    element_at({{ items }}, cast({{ position }} as int))
{%- endmacro %}

{% macro duckdb__list_item(items, position) -%}
    list_extract({{ items }}, {{ position }})
{%- endmacro %}
