{# Whether a group value is one of several joined by `|` (spaces around it do not matter), as the registry pools groups. #}
{% macro is_in_groups(value, groups) -%}
    instr('|' || replace(replace({{ groups }}, ' |', '|'), '| ', '|') || '|', '|' || {{ value }} || '|') > 0
{%- endmacro %}
