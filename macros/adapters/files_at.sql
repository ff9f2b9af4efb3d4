{# The files at a path or glob, or in a folder, in alphabetical order; none is an empty list. #}
{% macro files_at(location) %}
    {{ return(adapter.dispatch('files_at', 'bank_churn')(location) if execute else []) }}
{% endmacro %}

{% macro duckdb__files_at(location) %}
    {%- set literal = run_query('select file from glob(' ~ literal_path(location) ~ ')').columns[0].values() -%}
    {%- if literal -%}
        {{ return(literal | list) }}
    {%- endif -%}
    {%- set below = location.rstrip('/') -%}
    {%- set in_folder = run_query('select file from glob(' ~ literal_path(below)[:-1] ~ "/**') where not regexp_matches(substr(file, "
        ~ (below | length + 1) ~ "), '[/][._]') order by file").columns[0].values() -%}
    {%- if in_folder -%}
        {{ return(in_folder | list) }}
    {%- endif -%}
    {%- set pattern = "select file from glob('" ~ escape_quotes(location) ~ "') order by file" -%}
    {{ return(run_query(pattern).columns[0].values() | list) }}
{% endmacro %}

{# Spark names files by their whole address; what a pattern finds is told as the user would write it. #}
{% macro default__files_at(location) %}
    {%- set fixed = modules.re.split('[*?\\[{]', location)[0] -%}
    {%- if fixed == location or location.startswith('table:') -%}
        {{ return([location]) }}
    {%- endif -%}
    {%- set found = run_query('select path from binaryFile.`' ~ location ~ '` order by path').columns[0].values() -%}
    {%- set folder = fixed[:fixed.rfind('/') + 1] -%}
    {%- set files = [] -%}
    {%- for path in found -%}
        {%- set marker = '/' ~ folder.lstrip('/') -%}
        {%- do files.append(path if '://' in folder
            else folder ~ path[path.rfind(marker) + marker | length:]) -%}
    {%- endfor -%}
    {{ return(files) }}
{% endmacro %}
