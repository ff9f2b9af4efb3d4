{# The text of a small file on the machine that dbt runs on, read while compiling. #}
{% macro file_text(file) %}
    {{ return(adapter.dispatch('file_text', 'bank_churn')(file)) }}
{% endmacro %}

{% macro default__file_text(file) %}
    {{ return(run_query('select value from text.`' ~ file ~ '`').columns[0].values() | join('\n')) }}
{% endmacro %}

{% macro duckdb__file_text(file) %}
    {{ return(run_query('select content from read_text(' ~ literal_path(file) ~ ')').columns[0].values() | first) }}
{% endmacro %}
