{#
  One step of the search for how many of a number's cuts are not above it: the place found so far, moved on when the
  number reaches the cut there. Exact: lower bound <= value < upper bound. Without a value the place means nothing.
#}
{% macro place_among_cuts(feature, step) -%}
    {%- set width = feature['widths'][step - 1] -%}
    {%- set place = '' if step == 1 else feature['name'] ~ '_place_' ~ (step - 1) ~ ' + ' -%}
    {{ place }}case when {{ feature['name'] }} >= {{ list_item('cuts', place ~ (feature['cuts_before'] + width)) }} then {{ width }} else 0 end
    {{- ' ' }}as {{ feature['name'] }}_place_{{ step }}
{%- endmacro %}
