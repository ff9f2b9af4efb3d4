{# The data origin of the portfolio named in a column: see `data_origin`. #}
{% macro data_origin_of(column) -%}
    case {{ column }}
        {%- for portfolio in switched_on_portfolios() %}
        when '{{ portfolio }}' then '{{ data_origin(portfolio) }}'
        {%- endfor %}
    end
{%- endmacro %}
