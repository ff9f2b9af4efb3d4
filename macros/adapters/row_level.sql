{#
  How a step of the cleaning that many models read is kept: DuckDB reads and casts again faster than it writes; on Spark,
  which does so once for every reader and whose metastore may keep no view of more than 32,700 characters, it is a table.
#}
{% macro row_level() %}
    {{ return(adapter.dispatch('row_level', 'bank_churn')()) }}
{% endmacro %}

{% macro default__row_level() %}
    {{ return('table') }}
{% endmacro %}

{% macro duckdb__row_level() %}
    {{ return('view') }}
{% endmacro %}
