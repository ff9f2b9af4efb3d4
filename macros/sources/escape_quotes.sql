{# Text that is safe inside a single-quoted SQL literal. #}
{% macro escape_quotes(text) %}
    {{ return(escape_backslashes(text).replace("'", "''")) }}
{% endmacro %}
