{# The data origin of the portfolio named in a column: see `data_origin`. Nothing where every portfolio is switched off. #}
{% macro data_origin_of(column) -%}
    case {{ column }}
        when null then cast(null as {{ dbt.type_string() }})
        {%- for portfolio in switched_on_portfolios() %}
        when '{{ portfolio }}' then '{{ data_origin(portfolio) }}'
        {%- endfor %}
    end
{%- endmacro %}
