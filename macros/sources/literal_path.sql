{# A path as a SQL literal for a DuckDB reader, which would otherwise take `[`, `*` and `?` in it for a pattern. #}
{% macro literal_path(file) %}
    {%- set literal = escape_quotes(file).replace('[', '[[]').replace('*', '[*]').replace('?', '[?]') -%}
    {{ return("'" ~ literal ~ "'") }}
{% endmacro %}
