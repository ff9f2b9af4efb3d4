{# SQL: what a client brings in a year, of joined `product_values`; what is not stated brings nothing. #}
{% macro yearly_income(clients) -%}
    coalesce({{ clients }}.balance, 0) * {{ var('balance_margin') }}e0 + product_values.annual_value
{%- endmacro %}
