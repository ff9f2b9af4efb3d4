{#
  One parquet file's rows as text, whatever types its columns have. A whole number stored as a fraction (1.0) is
  written as in a csv file (1), so that ids match and copies are found. Columns are called as the file calls them: DuckDB
  takes A for a, but not А for а.
#}
{% macro read_parquet_clients(portfolio, file, columns) %}
    {%- set rows = parquet_rows(file) -%}
    {%- set found = column_types(rows) -%}
    {%- do found.pop('file_row_number') -%}
    {%- set from_path = path_values(portfolio, file) -%}
    {%- do check_columns(file, found.keys() | list, columns, from_path) -%}
    {%- set types, written = {}, {} -%}
    {%- for name, type in found.items() -%}
        {%- do types.update({name | lower: type}) -%}
        {%- do written.update({name | lower: name}) -%}
    {%- endfor -%}
    {%- set row_count = run_query('select count(*) from ' ~ rows).columns[0].values() | first -%}
    {%- if row_count == 0 -%}
        {%- do stop_build(file ~ ' is empty: it has column names but no row under them.') -%}
    {%- endif -%}
    {%- set select -%}
        select
            '{{ escape_quotes(file) }}' as source_file,
            file_row_number + 1 as source_row_number,
            cast(null as {{ dbt.type_string() }}) as raw_line,
            cast(null as {{ dbt.type_string() }}) as row_problem,
            {%- for column in columns %}
            {%- set name = adapter.quote(written.get(column, column)) %}
            {%- set is_fraction = types.get(column, '').startswith(('double', 'float', 'decimal')) %}
            {%- set text = fraction_text(name) if is_fraction else 'cast(' ~ name ~ ' as ' ~ dbt.type_string() ~ ')' %}
            {{ from_path.get(column, text) }} as {{ adapter.quote(column_alias(column)) }}
            {{- ',' if not loop.last }}
            {%- endfor %}
        from {{ rows }}
    {%- endset -%}
    {{ return(select) }}
{% endmacro %}
