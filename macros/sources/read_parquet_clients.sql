{# One parquet file's rows as text, whatever types its columns have. #}
{% macro read_parquet_clients(portfolio, file, columns) %}
    {%- set literal = "'" ~ escape_quotes(file) ~ "'" -%}
    {%- set found = run_query('select column_name from (describe select * from read_parquet(' ~ literal ~ '))').columns[0].values() -%}
    {%- do check_columns(file, found, columns) -%}
    {%- set row_count = run_query('select count(*) from read_parquet(' ~ literal ~ ')').columns[0].values() | first -%}
    {%- if row_count == 0 -%}
        {%- do exceptions.raise_compiler_error(file ~ ' is empty: it has column names but no row under them.') -%}
    {%- endif -%}
    {%- set select -%}
        select
            {{ literal }} as source_file,
            file_row_number + 1 as source_row_number,
            cast(null as {{ dbt.type_string() }}) as raw_line,
            cast(null as {{ dbt.type_string() }}) as row_problem,
            {%- for column in columns %}
            cast({{ adapter.quote(column) }} as {{ dbt.type_string() }}) as {{ adapter.quote(column) }}{{ ',' if not loop.last }}
            {%- endfor %}
        from read_parquet({{ literal }}, file_row_number = true)
    {%- endset -%}
    {{ return(select) }}
{% endmacro %}
