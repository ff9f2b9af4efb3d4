{#
  A number from text, or null when the text is not one. Spaces between thousands (plain, no-break and thin ones), a decimal
  comma and a currency are understood; a comma before exactly three digits is not, since "12,500" may mean either of two
  numbers, unless the var `formats` says what a comma is in that portfolio's files. A case and no coalesce: out of that DuckDB
  takes what stands in it twice, and looks for a currency in every row.
#}
{% macro to_number(column, portfolio='unioned.portfolio') -%}
    case
        when {{ parsed_number(column) }} is not null then {{ parsed_number(column) }}
        when {{ column }} is not null
            then
                coalesce(
                    {{ spelled_number(column, portfolio) }},
                    {{ spelled_number(without_currency(column), portfolio) }}
                )
    end
{%- endmacro %}
