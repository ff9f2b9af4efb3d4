{# How many lines of a csv file are not blank; stops the build at a line that is not UTF-8 text, without showing it. #}
{% macro count_csv_lines(file, name=none) %}
    {{ return(adapter.dispatch('count_csv_lines', 'bank_churn')(file, name or file)) }}
{% endmacro %}

{% macro default__count_csv_lines(file, name) %}
    {%- set counted = run_query('select count(*), count_if(not is_valid_utf8(line)) from ' ~ csv_lines(file)
        ~ " where trim(line) <> ''").rows[0] -%}
    {%- if counted[1] -%}
        {%- do exceptions.raise_compiler_error(name ~ ' holds lines that are not UTF-8 text: ' ~ counted[1]
            ~ '. Save the file as "CSV UTF-8", or let `bank_churn build` read it.') -%}
    {%- endif -%}
    {{ return(counted[0]) }}
{% endmacro %}

{% macro duckdb__count_csv_lines(file, name) %}
    {%- do run_query('drop table if exists unreadable_lines') -%}
    {%- do run_query('drop table if exists unreadable_scans') -%}
    {%- set line_count = run_query('select count(*) from ' ~ duckdb__csv_lines(file, rejects=true)
        ~ " where trim(line) <> ''").columns[0].values() | first -%}
    {%- set unreadable = run_query('select min(line) from unreadable_lines').columns[0].values() | first -%}
    {%- if unreadable -%}
        {%- do exceptions.raise_compiler_error(name ~ ', line ' ~ unreadable ~ ': not UTF-8 text. Save the file as '
            ~ '"CSV UTF-8", or let `bank_churn build` read it, which knows windows-1251 and UTF-16.') -%}
    {%- endif -%}
    {{ return(line_count) }}
{% endmacro %}
