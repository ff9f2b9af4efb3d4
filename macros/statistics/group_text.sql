{# The group that a value stands for, as text; a missing value is the group 'unknown'. #}
{% macro group_text(column) -%}
    coalesce(cast({{ column }} as {{ dbt.type_string() }}), 'unknown')
{%- endmacro %}
