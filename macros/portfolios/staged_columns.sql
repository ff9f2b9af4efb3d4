{# The columns that a staging model gives, as they stand in `rejected_clients`; what may be declared absent with `optional=true`. #}
{% macro staged_columns(optional=false) %}
    {%- set names = [] -%}
    {%- for attribute in supplied_attributes() if not attribute['is_additional'] and not (optional and attribute.get('required')) -%}
        {%- do names.append(attribute['name']) -%}
    {%- endfor -%}
    {{ return(names if optional else ['client_id'] + names) }}
{% endmacro %}
