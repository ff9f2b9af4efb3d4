{# Whether a group value is one of several joined by `|`, as the registry pools groups; spaces around it do not matter. #}
{% macro is_in_groups(value, groups) -%}
    instr('|' || replace(replace({{ groups }}, ' |', '|'), '| ', '|') || '|', '|' || {{ value }} || '|') > 0
{%- endmacro %}
