{# A query with one row per portfolio × group of one kind, and the measures of `int_portraits` as columns. #}
{% macro portraits_wide(group_kind) -%}
select
    portfolio,
    {%- for column in portrait_columns() %}
    {%- if column in ['top_city', 'top_city_ru', 'top_city_en'] %}
    max(case when measure = 'top_city_share' then value_text{{ column[8:] }} end) as {{ column }},
    {%- elif column.endswith('_difference') %}
    max(case when measure = '{{ column[:-11] }}' then difference end) as {{ column }},
    {%- else %}
    max(case when measure = '{{ column }}' then value end) as {{ column }},
    {%- endif %}
    {%- endfor %}
    group_code
from {{ ref('int_portraits') }}
where group_kind = '{{ group_kind }}'
group by portfolio, group_code
{%- endmacro %}
