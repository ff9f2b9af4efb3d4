{# Whether a value says little without the name of its attribute: quarters of an amount, and a bank's own attributes. #}
{% macro is_named_with_attribute(attributes) -%}
    {{ attributes }}.is_additional or ({{ attributes }}.kind = 'band' and {{ attributes }}.bands = 'quantiles')
{%- endmacro %}
