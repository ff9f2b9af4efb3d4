{# A text without the currency before or behind a number; a minus as printers set it is a minus, thousands may be parted by '. #}
{% macro without_currency(column) -%}
    {%- set names = '₽|руб[.]?|рублей|рубля|рубль|р[.]?|rub[.]?|rur|[$€£¥]|usd|eur|долл[.]?' -%}
    {%- set signs = "translate(lower(" ~ column ~ "), '−''’', '-')" -%}
    {%- set behind = "regexp_replace(" ~ signs ~ ", '[ \u00a0\u2009\u202f]*(" ~ names ~ ")$', '')" -%}
    {{ trimmed("regexp_replace(" ~ behind ~ ", '^(" ~ names ~ ")[ \u00a0\u2009\u202f]*', '')") }}
{%- endmacro %}
