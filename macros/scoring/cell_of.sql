{# The number of the cell that a client falls into, of one term of the churn model. #}
{% macro cell_of(term) -%}
    {%- if term['third'] -%}
    {{ term['first_cell'] }} + {{ term['first'] }}_rough * {{ term['width'] * term['width_3'] }}
        + {{ term['second'] }}_rough * {{ term['width_3'] }} + {{ term['third'] }}_rough
    {%- elif term['second'] -%}
    {{ term['first_cell'] }} + {{ term['first'] }}_coarse * {{ term['width'] }} + {{ term['second'] }}_coarse
    {%- else -%}
    {{ term['first_cell'] }} + {{ term['first'] }}_fine
    {%- endif %} as cell_{{ term['number'] }}
{%- endmacro %}
