{#
  A csv file as physical lines: DuckDB's csv reader with a field separator that no text holds, so that every line,
  broken or not, becomes one row with its own number (`rest` is set where a line does hold it). `rejects` records unreadable lines instead of failing.
#}
{% macro csv_lines(file, rejects=false) %}
    {%- set reader -%}
        read_csv({{ literal_path(file) }}, columns = {'line': 'varchar', 'rest': 'varchar'}, auto_detect = false, header = false,
        delim = E'\x1F', quote = '', escape = '', comment = '', null_padding = true, strict_mode = false
        {%- if rejects %}, store_rejects = true, rejects_table = 'unreadable_lines', rejects_scan = 'unreadable_scans'{% endif %})
    {%- endset -%}
    {{ return(reader) }}
{% endmacro %}
