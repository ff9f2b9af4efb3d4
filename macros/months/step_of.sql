{#
  The lower end of the step of a fixed width that a number lies in, as text, `unknown` where it is missing: a twentieth of the accepted
  range of a whole number, a tenth of a power of ten of an amount (10, 12.6, 15.8, …, 100), whatever the data of a month.
#}
{% macro step_of(attribute) -%}
    {%- set name = attribute['name'] -%}
    {%- if attribute['form'] == 'whole_number' -%}
    {%- set low, width = attribute['range'][0], [(attribute['range'][1] - attribute['range'][0]) // 20, 1] | max -%}
    coalesce(cast(cast(floor(({{ name }} - {{ low }}) / {{ width }}e0) as bigint) * {{ width }} + {{ low }} as {{ dbt.type_string() }}), 'unknown')
    {%- else -%}
    case
            when {{ name }} is null then 'unknown'
            when {{ name }} < 1 then '0'
            else 'e' || cast(cast(floor(10 * log10({{ name }})) as bigint) as {{ dbt.type_string() }})
        end
    {%- endif -%}
{%- endmacro %}
