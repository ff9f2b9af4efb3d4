{# Stops the build in one sentence when an additional attribute has more values than var `max_attribute_values`: an id, a date, an amount. #}
{% macro check_attribute_values() %}
    {%- set problems = [] -%}
    {%- for name in attribute_names(forms=['category']) if name in additional_attributes() -%}
        {%- do problems.append("select portfolio || ': the additional attribute " ~ name ~ " has ' || count(distinct "
            ~ attribute_from_json('additional_attributes', name) ~ ") || ' values, more than max_attribute_values ("
            ~ var('max_attribute_values') ~ "): join them into fewer in the staging model, or take it out of dbt_project.yml.' as sentence from "
            ~ ref('clients') ~ ' group by portfolio having count(distinct ' ~ attribute_from_json('additional_attributes', name)
            ~ ') > ' ~ var('max_attribute_values')) -%}
    {%- endfor -%}
    {%- if problems -%}
        {%- do stop_at_first('(' ~ problems | join(' union all ') ~ ') as problems') -%}
    {%- endif -%}
{% endmacro %}
