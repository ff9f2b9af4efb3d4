{#
  What to select the rows of a parquet file from, with its row's number, counted from 0, as `file_row_number`. The path is
  no data: a folder `churn=1` would put its value over that of a column.
#}
{% macro parquet_rows(file) %}
    {{ return(adapter.dispatch('parquet_rows', 'bank_churn')(file)) }}
{% endmacro %}

{# Also a table, named table:<schema>.<name>, if it is made of parquet files: their rows keep their numbers. #}
{% macro default__parquet_rows(file) %}
    {%- set source = file[6:] if file.startswith('table:') else 'parquet.' ~ adapter.quote(file) -%}
    {{ return('(select *, _metadata.row_index as file_row_number from ' ~ source ~ ')') }}
{% endmacro %}

{% macro duckdb__parquet_rows(file) %}
    {{ return('read_parquet(' ~ literal_path(file) ~ ', file_row_number = true, hive_partitioning = false)') }}
{% endmacro %}
