{# A text as it may stand in a SQL literal or in SQL that holds literals: Spark takes a backslash for an escape, DuckDB does not. #}
{% macro escape_backslashes(text) %}
    {{ return(adapter.dispatch('escape_backslashes', 'bank_churn')(text | string)) }}
{% endmacro %}

{% macro default__escape_backslashes(text) %}
    {{ return(text.replace('\\', '\\\\')) }}
{% endmacro %}

{% macro duckdb__escape_backslashes(text) %}
    {{ return(text) }}
{% endmacro %}
