{# A positive number rounded to three significant digits, 0 for one that is not, null for null: precise enough for a band. #}
{% macro round_to_significant(column) -%}
    case
        when {{ column }} is null then null
        when {{ column }} > 0
            then round({{ column }} / power(10e0, floor(log10({{ column }})) - 2)) * power(10e0, floor(log10({{ column }})) - 2)
        else 0e0
    end
{%- endmacro %}
