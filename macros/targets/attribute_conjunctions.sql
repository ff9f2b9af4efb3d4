{#
  Every choice of one, two or three of the attributes that target groups are searched by. What is made of one attribute never
  stands together: the balance's band says already whether there is a balance.
#}
{% macro attribute_conjunctions() %}
    {%- set searched = attribute_names('search') -%}
    {%- set names = attribute_names('rates') | select('in', searched) | list -%}
    {%- set source = {} -%}
    {%- for attribute in client_attributes('search') -%}{%- do source.update({attribute['name']: attribute['made_of']}) -%}{%- endfor -%}
    {%- set chosen = [] -%}
    {%- for first in range(names | length) -%}
        {%- for second in range(first, names | length) -%}
            {%- for third in range(second, names | length) if third > second or second == first -%}
                {#- An index that is repeated stands for a condition less. -#}
                {%- set conjunction = [names[first], names[second], names[third]] | unique | list -%}
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
