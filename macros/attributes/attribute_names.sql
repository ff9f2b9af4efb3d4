{#
  The names of the attributes with a role, or of some forms, as `attributes` gives them. Those that churn is reported by begin
  with the ones that stand in pairs, so that a pair and a rule name them first.
#}
{% macro attribute_names(role=none, forms=none) %}
    {%- set first = client_attributes('pairs', forms) if role == 'rates' else [] -%}
    {{ return((first + client_attributes(role, forms)) | map(attribute='name') | unique | list) }}
{% endmacro %}
