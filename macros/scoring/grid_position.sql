{# Where a client's value stands in the grid of an attribute: 0 missing, then the places; a category never seen is last. #}
{% macro grid_position(feature) -%}
    {%- set name = feature['name'] -%}
    case
        when {{ name }} is null then 0
        {%- if feature['kind'] == 'category' %}
        when {{ list_place(name ~ '_values', 'cast(' ~ name ~ ' as ' ~ dbt.type_string() ~ ')') }} = 0 then {{ feature['values'] + 1 }}
        else {{ list_place(name ~ '_values', 'cast(' ~ name ~ ' as ' ~ dbt.type_string() ~ ')') }}
        {%- else %}
        else {{ name ~ '_place_' ~ feature['steps'] if feature['steps'] else 0 }} + 1
        {%- endif %}
    end as {{ name }}_grid
{%- endmacro %}
