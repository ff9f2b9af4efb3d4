{# A list of expressions of one type. #}
{% macro list_of(expressions) -%}
    {{ return(adapter.dispatch('list_of', 'bank_churn')(expressions)) }}
{%- endmacro %}

{% macro default__list_of(expressions) -%}
    array({{ expressions | join(', ') }})
{%- endmacro %}

{% macro duckdb__list_of(expressions) -%}
    [{{ expressions | join(', ') }}]
{%- endmacro %}
