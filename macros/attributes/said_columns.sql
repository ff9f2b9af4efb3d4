{# The columns from which a caller is told of a client's own values: `column`, its SQL on the CTE `clients`, and `bit` of its attribute. #}
{% macro said_columns() %}
    {%- set found = [] -%}
    {%- for attribute in reason_attributes() -%}
        {%- for column, value in attribute['said'].items() -%}
            {%- do found.append({'column': column, 'value': value, 'bit': attribute['bit']}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}
