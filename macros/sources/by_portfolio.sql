{# The text that each portfolio has, by the one named in a column; a case needs a branch, so where every portfolio is
  switched off it is nothing. #}
{% macro by_portfolio(column, texts) -%}
    {%- if texts -%}
    case {{ column }}
        {%- for portfolio, text in texts.items() %}
        when '{{ portfolio }}' then '{{ text }}'
        {%- endfor %}
    end
    {%- else -%}
    cast(null as {{ dbt.type_string() }})
    {%- endif -%}
{%- endmacro %}
