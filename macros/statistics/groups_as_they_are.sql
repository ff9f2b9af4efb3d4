{#
  The attributes with a role as columns <name>_group, to be grouped by before `group_text` makes texts of them: clients are
  grouped by numbers and truth values in half the time. A category is a text already, and its missing value the same as 'unknown'.
#}
{% macro groups_as_they_are(role='groups') -%}
    {%- set forms = {} -%}
    {%- for attribute in client_attributes(role) -%}{%- do forms.update({attribute['name']: attribute['form']}) -%}{%- endfor -%}
    {%- for name in attribute_names(role) -%}
    {{ group_text(name) if forms[name] == 'category' else name }} as {{ name }}_group
    {{- ',\n' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
