{#
  One halving of the search for how many of a number's cuts are not above it: the place found so far, moved on by
  half of what is left when the number reaches the cut there. Exact: lower bound <= value < upper bound.
#}
{% macro place_among_cuts(feature, step) -%}
    {%- set width = 2 ** (feature['steps'] - step) -%}
    {%- set place = '0' if step == 1 else feature['name'] ~ '_place_' ~ (step - 1) -%}
    {{ place }} + case
        when {{ place }} + {{ width }} > {{ feature['cuts'] }} then 0
        when {{ feature['name'] }} >= {{ list_item('cuts', feature['cuts_before'] ~ ' + ' ~ place ~ ' + ' ~ width) }} then {{ width }}
        else 0
    end as {{ feature['name'] }}_place_{{ step }}
{%- endmacro %}
