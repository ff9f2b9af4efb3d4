{#
  dbt's own macros on Spark for seeds: dbt-spark writes a missing value as the text "None" and does not escape quotes,
  and it does not know the type varchar.
#}
{% macro spark__create_csv_table(model, agate_table) %}
    {%- set types = model['config'].get('column_types', {}) -%}
    {%- set sql -%}
        create table {{ this.render() }} (
            {%- for column in agate_table.column_names %}
            {{ column }} {{ column_type(types.get(column, adapter.convert_type(agate_table, loop.index0))) }}{{ ',' if not loop.last }}
            {%- endfor %}
        )
        {{ file_format_clause() }} {{ location_clause() }} {{ comment_clause() }}
    {%- endset -%}
    {%- call statement('_') -%}{{ sql }}{%- endcall -%}
    {{ return(sql) }}
{% endmacro %}

{% macro spark__load_csv_rows(model, agate_table) %}
    {%- set types = model['config'].get('column_types', {}) -%}
    {%- set sql -%}
        insert into {{ this.render() }} values
        {%- for row in agate_table.rows %}
        (
            {%- for column in agate_table.column_names -%}
            {%- set value = 'null' if row[column] is none
                else dbt.string_literal(dbt.escape_single_quotes(escape_backslashes(row[column]))) -%}
            cast({{ value }} as {{ column_type(types.get(column, adapter.convert_type(agate_table, loop.index0))) }})
            {{- ', ' if not loop.last }}
            {%- endfor -%}
        ){{ ',' if not loop.last }}
        {%- endfor %}
    {%- endset -%}
    {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
    {{ return(sql) }}
{% endmacro %}

{#
  dbt's own macro on DuckDB for seeds, which does not escape an apostrophe in the project's path, and looks where the
  project stood when dbt parsed it: a folder that was moved since is another place.
#}
{% macro duckdb__load_csv_rows(model, agate_table) %}
    {%- set is_own = model['package_name'] == project_name -%}
    {%- set file = literal_path(model['original_file_path'] if is_own else adapter.get_seed_file_path(model)) -%}
    {%- set sql = 'copy ' ~ this.render() ~ ' from ' ~ file ~ ' (format csv, header true)' -%}
    {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
    {{ return(sql) }}
{% endmacro %}
