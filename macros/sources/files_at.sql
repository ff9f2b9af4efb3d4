{# The files at a path or glob, in alphabetical order; none is an empty list. #}
{% macro files_at(location) %}
    {%- if not execute -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set literal = run_query('select file from glob(' ~ literal_path(location) ~ ')').columns[0].values() -%}
    {%- if literal -%}
        {{ return(literal | list) }}
    {%- endif -%}
    {%- set pattern = "select file from glob('" ~ escape_quotes(location) ~ "') order by file" -%}
    {{ return(run_query(pattern).columns[0].values() | list) }}
{% endmacro %}
