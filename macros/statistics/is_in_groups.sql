{# Whether a group value is one of several joined by `|`, as the registry of hypotheses writes pooled groups. #}
{% macro is_in_groups(value, groups) -%}
    '|' || {{ groups }} || '|' like '%|' || {{ value }} || '|%'
{%- endmacro %}
