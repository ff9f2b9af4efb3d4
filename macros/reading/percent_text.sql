{#
  A share as per cent with one decimal in the language's spelling, whole numbers too: "14,0 %" beside "27,3 %" is of
  the same precision. A lower bound is rounded down: 24.98 % are not "at least 25.0 %".
#}
{% macro percent_text(share, language, rounded_down=false) -%}
    {%- set number = 'floor(1000 * (' ~ share ~ ') + 1e-9) / 10e0' if rounded_down else '100 * ' ~ share -%}
    {%- set text = format_decimal(number, 1) -%}
    {%- if language == 'ru' -%}
    replace({{ text }} || ' %', '.', ',')
    {%- else -%}
    {{ text }} || '%'
    {%- endif -%}
{%- endmacro %}
