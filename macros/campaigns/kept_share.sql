{#
  The share kept: a difference of rates divided by the rate without a contact, less what such a ratio is off on average because its
  divisor is uncertain (the term of second order).
#}
{% macro kept_share(difference, rate, rate_variance) -%}
    {{ difference }} / nullif({{ rate }}, 0)
    + (1 - {{ difference }} / nullif({{ rate }}, 0)) * {{ rate_variance }} / nullif({{ rate }} * {{ rate }}, 0)
{%- endmacro %}
