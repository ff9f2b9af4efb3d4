{# Whether the engine reads files at addresses (s3a://…, hdfs://…) by itself. #}
{% macro reads_addresses() %}
    {{ return(adapter.dispatch('reads_addresses', 'bank_churn')()) }}
{% endmacro %}

{% macro default__reads_addresses() %}
    {{ return(true) }}
{% endmacro %}

{% macro duckdb__reads_addresses() %}
    {{ return(false) }}
{% endmacro %}
