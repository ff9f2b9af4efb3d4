{# What repeats: how much in a table of a build, which may be about clients; the values themselves in a seed, which people edit. #}
{% macro repeated_values(key, count) -%}
    {%- if model.resource_type != 'seed' -%}
        {{ return(count) }}
    {%- endif -%}
    {%- set texts = [] -%}
    {%- for row in run_query('select ' ~ key | join(', ') ~ ' from ' ~ this ~ ' group by ' ~ key | join(', ')
        ~ ' having count(*) > 1 order by ' ~ key | join(', ') ~ ' limit 3').rows -%}
        {%- do texts.append(row.values() | reject('none') | join(', ')) -%}
    {%- endfor -%}
    {{ return(texts | join('; ')) }}
{%- endmacro %}
