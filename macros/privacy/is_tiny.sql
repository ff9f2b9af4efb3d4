{# Whether a number of clients is so small that they can be recognised; none at all is not. #}
{% macro is_tiny(client_count) -%}
    {{ client_count }} between 1 and {{ var('min_group_size') - 1 }}
{%- endmacro %}
