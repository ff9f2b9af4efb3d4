{# Whether a metric has two values only. #}
{% macro is_boolean_metric(column) -%}
    {{ column }} in ('{{ attribute_names('metric', ['yes_no']) | join("', '") }}')
{%- endmacro %}
