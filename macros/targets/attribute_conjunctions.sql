{#
  Every choice of one, two or three of some attributes of `churn_cells`. The balance's band says already whether there is
  a balance, so those two never stand together.
#}
{% macro attribute_conjunctions(attributes) %}
    {%- set chosen = [] -%}
    {%- for first in range(attributes | length) -%}
        {%- for second in range(first, attributes | length) -%}
            {%- for third in range(second, attributes | length) if third > second or second == first -%}
                {#- An index that is repeated stands for a condition less. -#}
                {%- set conjunction = [attributes[first], attributes[second], attributes[third]] | unique | list -%}
                {%- if not ('has_balance' in conjunction and 'balance_band' in conjunction) -%}
                    {%- do chosen.append(conjunction) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(chosen) }}
{% endmacro %}
