{# The shape of an extract without a row, for parsing. #}
{% macro no_clients(columns) %}
    {%- set texts = ['source_file', 'raw_line', 'row_problem'] -%}
    {%- for column in columns -%}{%- do texts.append(column_alias(column)) -%}{%- endfor -%}
    {%- set select -%}
        select
            cast(null as bigint) as source_row_number
            {%- for column in texts %}, cast(null as {{ dbt.type_string() }}) as {{ adapter.quote(column) }}{% endfor %}
        where false
    {%- endset -%}
    {{ return(select) }}
{% endmacro %}
