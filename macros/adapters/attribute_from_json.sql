{#
  One attribute of a text that `attributes_as_json` wrote; null where it has none. Where several are read in one step, `names`
  says which: their text is taken apart once, not once for each.
#}
{% macro attribute_from_json(column, name, names=none) -%}
    {{ return(adapter.dispatch('attribute_from_json', 'bank_churn')(column, name, names or [name])) }}
{%- endmacro %}

{% macro default__attribute_from_json(column, name, names) -%}
    get_json_object({{ column }}, '$.{{ name }}')
{%- endmacro %}

{% macro duckdb__attribute_from_json(column, name, names) -%}
    {%- if names | length == 1 -%}
    json_extract_string({{ column }}, '$.{{ name }}')
    {%- else -%}
    json_transform({{ column }}, '{"{{ names | join('":"varchar","') }}":"varchar"}')['{{ name }}']
    {%- endif -%}
{%- endmacro %}
