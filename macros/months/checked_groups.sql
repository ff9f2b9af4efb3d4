{# The columns by whose values forecasts are checked group by group: attributes of role fairness that clients are followed by. #}
{% macro checked_groups() %}
    {%- set followed, names = flow_attributes(), [] -%}
    {%- for name in attribute_names('fairness') if name in followed -%}
        {%- do names.append(name) -%}
    {%- endfor -%}
    {{ return(names) }}
{% endmacro %}
