{# What stands inside of `grouping sets (…)` for a portfolio as a whole, by each column, and by each pair of some of them. #}
{% macro singles_and_pairs(columns, paired) -%}
    (portfolio)
    {%- for column in columns %},
    (portfolio, {{ column }})
    {%- endfor %}
    {%- for first in paired %}
    {%- for second in paired[loop.index:] %},
    (portfolio, {{ first }}, {{ second }})
    {%- endfor %}
    {%- endfor %}
{%- endmacro %}
