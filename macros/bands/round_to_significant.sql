{# A number rounded to significant digits, 0 for 0, null for null. Three are precise enough for a band. #}
{% macro round_to_significant(column, digits=3) -%}
    {%- set unit = 'power(10e0, floor(log10(abs(' ~ column ~ '))) - ' ~ (digits - 1) ~ ')' -%}
    case
        when {{ column }} is null then null
        when {{ column }} <> 0 then round({{ column }} / {{ unit }}) * {{ unit }}
        else 0e0
    end
{%- endmacro %}
