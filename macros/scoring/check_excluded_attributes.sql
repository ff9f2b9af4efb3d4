{# Stops the build in one sentence when var `excluded_attributes` names what no model uses. #}
{% macro check_excluded_attributes() %}
    {%- set known = attribute_names('model', ['whole_number', 'amount']) + attribute_names('model', ['category', 'yes_no']) -%}
    {%- if execute and var('excluded_attributes') is string -%}
        {%- do stop_build('excluded_attributes is a text; write a list, such as [gender, age].') -%}
    {%- endif -%}
    {%- for attribute in var('excluded_attributes') if execute and attribute not in known -%}
        {%- do stop_build('excluded_attributes names "' ~ attribute
            ~ '"; the churn model knows ' ~ known | join(', ') ~ '.') -%}
    {%- endfor -%}
{% endmacro %}
