{#
  The accepted ranges of the churn model's attributes that are whole numbers: so few values that the place of each among the
  cuts stands in a list. A wider range than 10,000 is searched by halves.
#}
{% macro whole_ranges() %}
    {%- set found = {} -%}
    {%- for attribute in churn_model_attributes(['whole_number']) -%}
        {%- set bounds = attribute['range'] -%}
        {%- if bounds[1] - bounds[0] < 10000 -%}
            {%- do found.update({attribute['name']: [bounds[0] | round(0, 'ceil') | int, bounds[1] | round(0, 'floor') | int]}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}
