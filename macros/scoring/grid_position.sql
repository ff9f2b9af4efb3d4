{# Where a client's value stands in the grid of an attribute: 0 missing, then the places; a category never seen is last. #}
{% macro grid_position(feature) -%}
    {%- set name = feature['name'] -%}
    {%- if feature['kind'] == 'category' -%}
    coalesce(
        {{ list_place(name ~ '_values', 'cast(' ~ name ~ ' as ' ~ dbt.type_string() ~ ')') }},
        case when {{ name }} is null then 0 else {{ feature['values'] + 1 }} end
    )
    {%- elif feature['whole_offset'] is not none -%}
    coalesce({{ list_item('whole_grids', name ~ ' + ' ~ feature['whole_offset']) }}, 0)
    {%- else -%}
    case when {{ name }} is null then 0 else {{ name ~ '_place_' ~ feature['steps'] if feature['steps'] else 0 }} + 1 end
    {%- endif %} as {{ name }}_grid
{%- endmacro %}
