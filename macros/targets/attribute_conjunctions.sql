{#
  Every choice of one, two or three of some attributes of `churn_cells`. What is made of one attribute never stands together:
  the balance's band says already whether there is a balance.
#}
{% macro attribute_conjunctions(attributes) %}
    {%- set source, chosen = {}, [] -%}
    {%- for attribute in client_attributes() -%}{%- do source.update({attribute['name']: attribute['made_of']}) -%}{%- endfor -%}
    {%- for first in range(attributes | length) -%}
        {%- for second in range(first, attributes | length) -%}
            {%- for third in range(second, attributes | length) if third > second or second == first -%}
                {#- An index that is repeated stands for a condition less. -#}
                {%- set conjunction = [attributes[first], attributes[second], attributes[third]] | unique | list -%}
                {%- set sources = [] -%}
                {%- for name in conjunction -%}{%- do sources.append(source[name]) -%}{%- endfor -%}
                {%- if sources | unique | list | length == conjunction | length -%}
                    {%- do chosen.append(conjunction) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(chosen) }}
{% endmacro %}
