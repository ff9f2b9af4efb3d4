{# The reason to reject a row for one numeric column: not a number, not whole, or out of the range of var `valid_ranges`. #}
{% macro number_problem(column, whole=true) -%}
    {%- set bounds = var('valid_ranges')[column] -%}
    case
        when {{ column }} is null then null
        when {{ column }}_number is null then '{{ column }}_not_a_number'
        when not {{ column }}_number between {{ bounds[0] }} and {{ bounds[1] }} then '{{ column }}_out_of_range'
        {%- if whole %}
        when {{ column }}_number <> floor({{ column }}_number) then '{{ column }}_not_whole'
        {%- endif %}
    end
{%- endmacro %}
