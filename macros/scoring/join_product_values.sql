{# SQL: joins to each client the row of `product_values` for as many products as the client has. #}
{% macro join_product_values(clients) -%}
    inner join product_values
        on
            coalesce({{ clients }}.product_count, 0) >= product_values.products_from
            and (
                product_values.products_below is null
                or coalesce({{ clients }}.product_count, 0) < product_values.products_below
            )
{%- endmacro %}
