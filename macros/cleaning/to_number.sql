{#
  A number from text, or null when the text is not one. Spaces between thousands and a decimal comma are understood;
  a comma before exactly three digits is not, since "12,500" may mean either of two numbers.
#}
{% macro to_number(column) -%}
    coalesce(
        try_cast({{ column }} as double),
        case
            when {{ column }} not like '%,___'
                then try_cast(replace(replace(replace({{ column }}, ' ', ''), chr(160), ''), ',', '.') as double)
        end
    )
{%- endmacro %}
