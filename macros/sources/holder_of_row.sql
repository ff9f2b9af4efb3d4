{# Whose the products of a list are: whoever stands in that row of that file. #}
{% macro holder_of_row() -%}
    source_file || ':' || cast(source_row_number as {{ dbt.type_string() }})
{%- endmacro %}
