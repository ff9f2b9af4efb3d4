{# How many lines of a csv file are not blank; stops the build at a line that is not UTF-8 text, without showing it. #}
{% macro count_csv_lines(file, name=none) %}
    {%- do run_query('drop table if exists unreadable_lines') -%}
    {%- do run_query('drop table if exists unreadable_scans') -%}
    {%- set line_count = run_query('select count(*) from ' ~ csv_lines(file, rejects=true)
        ~ " where trim(line) <> ''").columns[0].values() | first -%}
    {%- set unreadable = run_query('select min(line) from unreadable_lines').columns[0].values() | first -%}
    {%- if unreadable -%}
        {%- do stop_build((name or file) ~ ', line ' ~ unreadable ~ ': not UTF-8 text. Save the file as '
            ~ '"CSV UTF-8", or let `bank_churn build` read it, which knows windows-1251 and UTF-16.') -%}
    {%- endif -%}
    {{ return(line_count) }}
{% endmacro %}
