{# A value as it stands in a rule, where a semicolon separates conditions. #}
{% macro rule_value(column) -%}
    replace({{ column }}, ';', '%3B')
{%- endmacro %}
