{# A number of percentage points from a share, with one decimal and a minus sign, in the language's spelling. #}
{% macro points_text(share, language) -%}
    {%- set text = "replace(replace(" ~ format_decimal('100 * ' ~ share, 1) ~ ", '-', '−'), '−0.0', '0.0')" -%}
    {{ 'replace(' ~ text ~ ", '.', ',')" if language == 'ru' else text }}
{%- endmacro %}
