{#
  Makes this model one that is kept from month to month, if there are months at all: what it selects replaces what it holds of the same
  portfolios and dates, and nothing else is touched. `and_later`: see `is_loading`. Usually it forgets beforehand the months that this run
  loads; `by_rows`: those that it selects.
#}
{% macro kept_by_month(and_later=false, by_rows=false) %}
    {%- do config(enabled=has_months()) -%}
    {%- do adapter.dispatch('kept_by_month', 'bank_churn')(and_later, by_rows) -%}
{% endmacro %}

{% macro duckdb__kept_by_month(and_later, by_rows) %}
    {%- if by_rows -%}
        {%- do config(materialized='incremental', incremental_strategy='delete+insert', unique_key=['portfolio', 'snapshot_date'],
            on_schema_change='append_new_columns') -%}
    {%- else -%}
        {%- do config(materialized='incremental', incremental_strategy='append', on_schema_change='append_new_columns',
            pre_hook=['{{ forget_months(this, ' ~ and_later ~ ') }}']) -%}
    {%- endif -%}
{% endmacro %}

{# A file of one date is replaced whole. #}
{% macro default__kept_by_month(and_later, by_rows) %}
    {%- do config(materialized='incremental', incremental_strategy='insert_overwrite', file_format='parquet',
        partition_by=['portfolio', 'snapshot_date'], on_schema_change='append_new_columns') -%}
{% endmacro %}
