{#
  One csv file's rows as text. A line that cannot be split into the header's fields keeps its text and gets a
  row_problem. In a plain copy (see `intake_of`) a sign of nobody's alphabet stands for a line break inside quotes.
#}
{% macro read_csv_clients(portfolio, file, columns, intake) %}
    {%- set line_count = count_csv_lines(intake.path, file) -%}
    {%- set header = csv_header(intake.path, file, intake.separator) -%}
    {%- do check_columns(file, header.columns, columns) -%}
    {%- if line_count < 2 -%}
        {%- do stop_build(file ~ ' is empty: it has column names but no row under them.') -%}
    {%- endif -%}
    {%- set positions = header.columns | map('lower') | list -%}
    {%- set as_written = ['replace(', ', chr(57344), chr(10))'] if intake.is_copy else ['', ''] -%}
    {%- set select -%}
        select
            '{{ escape_quotes(file) }}' as source_file,
            source_row_number,
            {{ as_written | join('line') }} as raw_line,
            case
                when not is_quoted_well then 'broken_quotes'
                when field_count <> {{ positions | length }} then 'wrong_field_count'
            end as row_problem,
            {%- for column in columns %}
            case
                when is_quoted_well and field_count = {{ positions | length }}
                    then {{ as_written | join('fields[' ~ (positions.index(column) + 1) ~ ']') }}
            end as {{ adapter.quote(column) }}{{ ',' if not loop.last }}
            {%- endfor %}
        from ({{ split_lines(intake.path, header.separator) }}) as split_rows
    {%- endset -%}
    {{ return(select) }}
{% endmacro %}
