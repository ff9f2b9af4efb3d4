{# The additional attributes that are more than text (numbers, yes and no), of one bank or of all. #}
{% macro additional_typed(portfolio=none) %}
    {%- set own = additional_attributes(portfolio) -%}
    {%- set found = [] -%}
    {%- for attribute in supplied_attributes(['whole_number', 'amount', 'yes_no']) if attribute['is_additional'] and attribute['name'] in own -%}
        {%- do found.append(attribute) -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}
