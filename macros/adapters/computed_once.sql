{# Put after `as` of a named step in a long chain: DuckDB's planner takes minutes where it may look through all of it at once. #}
{% macro computed_once() -%}
    {{ return(adapter.dispatch('computed_once', 'bank_churn')()) }}
{%- endmacro %}

{% macro default__computed_once() %}{{ return('') }}{% endmacro %}

{% macro duckdb__computed_once() %}{{ return('materialized ') }}{% endmacro %}
