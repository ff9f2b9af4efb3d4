{#
  One parquet file's rows as text, whatever types its columns have. A whole number stored as a fraction (1.0) is
  written as in a csv file (1), so that ids match and copies are found.
#}
{% macro read_parquet_clients(portfolio, file, columns) %}
    {%- set literal = literal_path(file) -%}
    {%- set described = run_query('select column_name, column_type from (describe select * from read_parquet(' ~ literal ~ '))') -%}
    {%- do check_columns(file, described.columns[0].values(), columns) -%}
    {%- set types = {} -%}
    {%- for row in described.rows -%}
        {%- do types.update({row['column_name'] | lower: row['column_type']}) -%}
    {%- endfor -%}
    {%- set row_count = run_query('select count(*) from read_parquet(' ~ literal ~ ')').columns[0].values() | first -%}
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
            {%- set text = 'cast(' ~ adapter.quote(column) ~ ' as ' ~ dbt.type_string() ~ ')' %}
            {%- set is_fraction = types[column].startswith(('DOUBLE', 'FLOAT', 'DECIMAL')) %}
            {{ "regexp_replace(" ~ text ~ ", '\\.0+$', '')" if is_fraction else text }} as {{ adapter.quote(column) }}
            {{- ',' if not loop.last }}
            {%- endfor %}
        from read_parquet({{ literal }}, file_row_number = true)
    {%- endset -%}
    {{ return(select) }}
{% endmacro %}
