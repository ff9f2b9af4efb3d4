{#
  The ways clients are grouped for portraits: name of the kind → column of `int_portrait_cells` that holds the group.
  `portfolio` has one group, what the others are compared with.
#}
{% macro portrait_kinds() %}
    {%- set kinds = {'portfolio': "'all'", 'churn': 'churn_group'} -%}
    {%- for version in segment_versions() -%}
        {%- do kinds.update({'segment_v' ~ version: 'segment_v' ~ version}) -%}
    {%- endfor -%}
    {{ return(kinds) }}
{% endmacro %}
