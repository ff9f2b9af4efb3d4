{# A share as per cent with one decimal, none when it is a whole number, in the language's spelling. #}
{% macro percent_text(share, language) -%}
    {%- set text = format_decimal('100 * ' ~ share, 1) -%}
    {%- if language == 'ru' -%}
    replace(replace({{ text }} || ' %', '.', ','), ',0 %', ' %')
    {%- else -%}
    replace({{ text }} || '%', '.0%', '%')
    {%- endif -%}
{%- endmacro %}
