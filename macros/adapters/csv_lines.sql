{#
  A csv file as physical lines in a column `line`, to be selected from; in_order: the first row selected is the first line,
  which it need not be where several threads read.
#}
{% macro csv_lines(file, in_order=false) %}
    {{ return(adapter.dispatch('csv_lines', 'bank_churn')(file, in_order=in_order)) }}
{% endmacro %}

{% macro default__csv_lines(file, in_order=false) %}
    {{ return('(select value as line from text.' ~ adapter.quote(file) ~ ')') }}
{% endmacro %}

{#
  DuckDB's csv reader with a field separator that no text holds, so that every line, broken or not, becomes one row with
  its own number (with more than one column the reader would pass over blank lines). `rejects` records unreadable lines
  instead of failing.
#}
{% macro duckdb__csv_lines(file, rejects=false, in_order=false) %}
    {%- set reader -%}
        read_csv({{ literal_path(file) }}, columns = {'line': 'varchar'}, auto_detect = false, header = false,
        delim = E'\x1F\x1E\x1D\x1C', quote = '', escape = '', comment = '', null_padding = true, strict_mode = false, hive_partitioning = false
        {%- if in_order %}, parallel = false{% endif %}
        {%- if rejects %}, store_rejects = true, rejects_table = 'unreadable_lines', rejects_scan = 'unreadable_scans'{% endif %})
    {%- endset -%}
    {{ return(reader) }}
{% endmacro %}
