{#
  A number from text, or null when the text is not one. Spaces between thousands (plain, no-break and thin ones), a decimal
  comma and a currency are understood; a comma before exactly three digits is not, since "12,500" may mean either of two
  numbers, unless the var `formats` says what a comma is in that portfolio's files.
#}
{% macro to_number(column, portfolio='unioned.portfolio') -%}
    coalesce({{ spelled_number(column, portfolio) }}, {{ spelled_number(without_currency(column), portfolio) }})
{%- endmacro %}
