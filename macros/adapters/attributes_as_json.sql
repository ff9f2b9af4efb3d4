{# Text columns of a row as one text, a JSON object; without columns it is null. #}
{% macro attributes_as_json(columns) -%}
    {%- if not columns -%}
        cast(null as {{ dbt.type_string() }})
    {%- else -%}
        {{ return(adapter.dispatch('attributes_as_json', 'bank_churn')(columns)) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__attributes_as_json(columns) -%}
    to_json(
        named_struct({% for name in columns %}'{{ name }}', {{ empty_to_null(name) }}{{ ', ' if not loop.last }}{% endfor %}),
        map('ignoreNullFields', 'false')
    )
{%- endmacro %}

{% macro duckdb__attributes_as_json(columns) -%}
    cast(json_object(
        {%- for name in columns %}
        '{{ name }}', {{ empty_to_null(name) }}{{ ',' if not loop.last }}
        {%- endfor %}
    ) as varchar)
{%- endmacro %}
