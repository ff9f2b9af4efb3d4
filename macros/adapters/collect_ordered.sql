{# An aggregate: the values of a group as a list, in an order that leaves no ties. #}
{% macro collect_ordered(value, order_by, where='true') -%}
    {{ return(adapter.dispatch('collect_ordered', 'bank_churn')(value, order_by, where)) }}
{%- endmacro %}

{% macro default__collect_ordered(value, order_by, where) -%}
    transform(
        array_sort(collect_list(struct({{ order_by }}, {{ value }} as listed)) filter (where {{ where }})), item -> item.listed
    )
{%- endmacro %}

{% macro duckdb__collect_ordered(value, order_by, where) -%}
    list({{ value }} order by {{ order_by }}) filter (where {{ where }})
{%- endmacro %}
