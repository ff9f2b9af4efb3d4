{# SQL: what a client brings in a year, of joined values by number of products; what is not stated brings nothing. #}
{% macro yearly_income(clients, values='product_values') -%}
    coalesce({{ clients }}.balance, 0) * {{ var('balance_margin') }}e0 + {{ values }}.annual_value
{%- endmacro %}
