{# Values of a row as one text, a JSON object: name → expression; without any it is null. #}
{% macro attributes_as_json(values) -%}
    {%- if not values -%}
        cast(null as {{ dbt.type_string() }})
    {%- else -%}
        {{ return(adapter.dispatch('attributes_as_json', 'bank_churn')(values)) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__attributes_as_json(values) -%}
    to_json(
        named_struct({% for name, value in values.items() %}'{{ name }}', {{ value }}{{ ', ' if not loop.last }}{% endfor %}),
        map('ignoreNullFields', 'false')
    )
{%- endmacro %}

{% macro duckdb__attributes_as_json(values) -%}
    cast(json_object(
        {%- for name, value in values.items() %}
        '{{ name }}', {{ value }}{{ ',' if not loop.last }}
        {%- endfor %}
    ) as varchar)
{%- endmacro %}
