{# The yes/no attribute of a client that says whether a product is held. #}
{% macro holding_name(product) %}
    {{ return('holds_' ~ product) }}
{% endmacro %}
