{# By which column each attribute that a client may lack is counted month by month: bands that are the same in every month, or itself. #}
{% macro month_columns() -%}
    {%- set columns = {} -%}
    {%- for attribute in supplied_attributes() if not attribute.required -%}
        {%- do columns.update({attribute.name: attribute.band if attribute.get('bands') == 'seed' else attribute.name}) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}
