{# The reason to reject a row for one number, as `attributes` describes it: not a number, out of its range, or not whole. #}
{% macro number_problem(number) -%}
    {%- set column, bounds = number['name'], number['range'] -%}
    case
        when {{ column }} is null then null
        when {{ column }}_number is null then '{{ column }}_not_a_number'
        when not {{ column }}_number between {{ bounds[0] }} and {{ bounds[1] }} then '{{ column }}_out_of_range'
        {%- if number['form'] == 'whole_number' %}
        when {{ column }}_number <> floor({{ column }}_number) then '{{ column }}_not_whole'
        {%- endif %}
    end
{%- endmacro %}
