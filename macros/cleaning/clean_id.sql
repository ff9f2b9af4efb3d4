{#
  A client's id as the bank means it, in whatever format it came: without the fraction that a program gave a whole number
  (15507001.0) and without the apostrophe that makes a text of it in Excel.
#}
{% macro clean_id(column) -%}
    case
        when {{ column }} like '''%' then nullif(substr({{ column }}, 2), '')
        when
            ({{ column }} like '%.0' or {{ column }} like '%,0' or {{ column }} like '%.00' or {{ column }} like '%,00')
            and translate({{ column }}, '0123456789', '') in ('.', ',')
            then nullif(regexp_replace({{ column }}, '[.,]0+$', ''), '')
        else {{ column }}
    end
{%- endmacro %}
