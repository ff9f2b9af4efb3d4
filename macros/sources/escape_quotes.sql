{# Text that is safe inside a single-quoted SQL literal. #}
{% macro escape_quotes(text) %}
    {{ return((text | string).replace("'", "''")) }}
{% endmacro %}
