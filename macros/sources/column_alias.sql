{#
  What a column of an extract is called in `read_clients`: its name in small letters, with _in_extract behind it where the
  name is one that `read_clients` gives itself.
#}
{% macro column_alias(column) %}
    {{ return(column ~ '_in_extract' if column in ['source_file', 'source_row_number', 'raw_line', 'row_problem'] else column) }}
{% endmacro %}
