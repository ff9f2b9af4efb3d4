{# How many lines of a csv file are not blank; stops the build at a line that is not UTF-8 text, without showing it. #}
{% macro count_csv_lines(file, name=none) %}
    {{ return(adapter.dispatch('count_csv_lines', 'bank_churn')(file, name or file)) }}
{% endmacro %}

{% macro default__count_csv_lines(file, name) %}
    {%- set counted = run_query('select count(*), min(case when not is_valid_utf8(line) then source_row_number end) from '
        ~ numbered_lines(file) ~ ' where ' ~ trimmed('line') ~ " <> ''").rows[0] -%}
    {%- do stop_at_unreadable(counted[1], name) -%}
    {{ return(counted[0]) }}
{% endmacro %}

{% macro duckdb__count_csv_lines(file, name) %}
    {%- do run_query('drop table if exists unreadable_lines') -%}
    {%- do run_query('drop table if exists unreadable_scans') -%}
    {%- set line_count = run_query('select count(*) from ' ~ duckdb__csv_lines(file, rejects=true)
        ~ " where trim(line) <> ''").columns[0].values() | first -%}
    {%- set unreadable = run_query('select min(line) from unreadable_lines').columns[0].values() | first -%}
    {%- do stop_at_unreadable(unreadable, name) -%}
    {{ return(line_count) }}
{% endmacro %}
