{#
  A share as per cent with one decimal, none when it is a whole number, in the language's spelling. A lower bound is
  rounded down: 24.98 % are not "at least 25 %".
#}
{% macro percent_text(share, language, rounded_down=false) -%}
    {%- set number = 'floor(1000 * (' ~ share ~ ') + 1e-9) / 10e0' if rounded_down else '100 * ' ~ share -%}
    {%- set text = format_decimal(number, 1) -%}
    {%- if language == 'ru' -%}
    replace(replace({{ text }} || ' %', '.', ','), ',0 %', ' %')
    {%- else -%}
    replace({{ text }} || '%', '.0%', '%')
    {%- endif -%}
{%- endmacro %}
