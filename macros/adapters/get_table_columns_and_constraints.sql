{#
  dbt's own macro on DuckDB: the columns of a contract for a new table, with what DuckDB enforces while it writes (not_null),
  without its key. A key of DuckDB is an index, which takes six times the time of writing the rows and four times their space:
  `prove_constraints` proves it, and publishing writes it.
#}
{% macro duckdb__get_table_columns_and_constraints() -%}
    {%- set columns = {} -%}
    {%- for name, column in model['columns'].items() -%}
        {%- do columns.update({name: dict(column, constraints=column.constraints | selectattr('type', 'equalto', 'not_null') | list)}) -%}
    {%- endfor -%}
    ({{ adapter.render_raw_columns_constraints(raw_columns=columns) | join(', ') }})
{%- endmacro %}
