{# The sum of a list of whole numbers. #}
{% macro list_total(items) -%}
    {{ return(adapter.dispatch('list_total', 'bank_churn')(items)) }}
{%- endmacro %}

{% macro default__list_total(items) -%}
    aggregate({{ items }}, cast(0 as bigint), (total, item) -> total + item)
{%- endmacro %}

{% macro duckdb__list_total(items) -%}
    cast(list_sum({{ items }}) as bigint)
{%- endmacro %}
