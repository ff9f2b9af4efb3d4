{# A query of `clients` with a column for every additional attribute, so that they are read like any other attribute. #}
{% macro attributes_of_clients() -%}
    select
        *
        {%- for name in additional_attributes() %},
        {{ attribute_from_json('additional_attributes', name) }} as {{ name }}
        {%- endfor %}
    from {{ ref('clients') }}
{%- endmacro %}
