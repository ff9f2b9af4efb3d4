{# dbt-spark's own macro, shortened: the table is written by the helper of `bank_churn.spark` that runs the model. #}
{% macro py_write_table(compiled_code, target_relation) %}
{{ compiled_code }}
{%- endmacro %}
