{# The additional attributes that are numbers, of one bank or of all. #}
{% macro additional_numbers(portfolio=none) %}
    {%- set own = additional_attributes(portfolio) -%}
    {%- set found = [] -%}
    {%- for number in supplied_attributes(['whole_number', 'amount']) if number['is_additional'] and number['name'] in own -%}
        {%- do found.append(number) -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}
