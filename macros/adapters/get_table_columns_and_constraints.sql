{#
  dbt's own macro on DuckDB: the columns of a contract for a new table, without its key. A key of DuckDB is an index, which
  takes six times the time of writing the rows and four times their space; tests prove keys, and publishing writes them.
#}
{% macro duckdb__get_table_columns_and_constraints() -%}
    {%- set columns = {} -%}
    {%- for name, column in model['columns'].items() -%}
        {%- do columns.update({name: dict(column, constraints=[])}) -%}
    {%- endfor -%}
    ({{ adapter.render_raw_columns_constraints(raw_columns=columns) | join(', ') }})
{%- endmacro %}
