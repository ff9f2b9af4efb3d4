{# Whether a metric has two values only. #}
{% macro is_boolean_metric(column) -%}
    {{ column }} in (
        {%- for metric in statistics_metrics('boolean') %}
        '{{ metric }}'{{ ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
