{# One attribute of a text that `attributes_as_json` wrote; null where it has none. #}
{% macro attribute_from_json(column, name) -%}
    {{ return(adapter.dispatch('attribute_from_json', 'bank_churn')(column, name)) }}
{%- endmacro %}

{% macro default__attribute_from_json(column, name) -%}
    get_json_object({{ column }}, '$.{{ name }}')
{%- endmacro %}

{% macro duckdb__attribute_from_json(column, name) -%}
    json_extract_string({{ column }}, '$.{{ name }}')
{%- endmacro %}
