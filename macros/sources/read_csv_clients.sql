{#
  One csv file's rows as text. A line that cannot be split into the header's fields keeps its text and gets a
  row_problem; separators too many at its end are no fields. In a plain copy (see `intake_of`) a sign of nobody's alphabet
  stands for a line break inside quotes.
#}
{% macro read_csv_clients(portfolio, file, columns, intake) %}
    {%- set line_count = count_csv_lines(intake.path, file) -%}
    {%- set header = csv_header(intake.path, file, intake.separator) -%}
    {%- set from_path = path_values(portfolio, file) -%}
    {%- do check_columns(file, header.columns, columns, from_path) -%}
    {%- if line_count < 2 -%}
        {%- do stop_build(file ~ ' is empty: it has column names but no row under them.') -%}
    {%- endif -%}
    {%- set positions = header.columns | map('lower') | list -%}
    {%- set as_written = ['replace(', ", '\ue000', chr(10))"] if intake.is_copy else ['', ''] -%}
    {%- set is_split -%}
        field_count between {{ positions | length }} and {{ header.width }}
                or field_count > {{ header.width }} and right({{ trimmed('line') }}, field_count - {{ header.width }})
                    = repeat('{{ header.separator }}', field_count - {{ header.width }})
    {%- endset -%}
    {%- set select -%}
        select
            '{{ escape_quotes(file) }}' as source_file,
            source_row_number,
            {{ as_written | join('line') }} as raw_line,
            case
                when not is_quoted_well then 'broken_quotes'
                when not is_split then 'wrong_field_count'
            end as row_problem,
            {%- for column in columns %}
            {%- if column in from_path %}
            {{ from_path[column] }} as {{ adapter.quote(column_alias(column)) }}{{ ',' if not loop.last }}
            {%- else %}
            case
                when is_quoted_well and is_split
                    then {{ as_written | join(list_item('fields', positions.index(column) + 1)) }}
            end as {{ adapter.quote(column_alias(column)) }}{{ ',' if not loop.last }}
            {%- endif %}
            {%- endfor %}
        from (select *, {{ is_split }} as is_split from ({{ split_lines(intake.path, header.separator) }}) as all_rows) as split_rows
    {%- endset -%}
    {{ return(select) }}
{% endmacro %}
