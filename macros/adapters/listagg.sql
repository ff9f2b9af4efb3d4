{# dbt's own macro on Spark, which leaves the order out there; `order_by_clause` is "order by …" as dbt has it. #}
{% macro spark__listagg(measure, delimiter_text, order_by_clause, limit_num) -%}
    listagg({{ measure }}, {{ delimiter_text }}) within group ({{ order_by_clause }})
{%- endmacro %}
